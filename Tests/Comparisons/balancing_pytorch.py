"""Steps that aggregate four tasks' gradients in PyTorch with torchjd, beside steps of their sum, on this machine.

    python balancing_pytorch.py [SECONDS=20 a method]

A BERT of MiniLM's shape with random weights, four tasks of 512 tokens a step (sentences of 8 to 40 tokens, padded within a
task), AdamW in float32. To compare with `braid bench balancing`.

Needs torch (2.13), transformers, and torchjd with what its aggregators ask for: torchjd[full], for cvxpy, clarabel and ecos.
"""
import random
import sys
import time

import torch
from torchjd import aggregation
from torchjd.autojac import jac_to_grad, mtl_backward
from transformers import BertConfig, BertModel

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
TASKS, TOKENS = 4, 512


def batch(generator):
    lengths = []
    while sum(lengths) < TOKENS - 24:
        lengths.append(generator.randint(8, 40))
    longest = max(lengths)
    ids = torch.randint(1, 30522, (len(lengths), longest))
    mask = torch.tensor([[1] * n + [0] * (longest - n) for n in lengths])
    return ids, mask, torch.randint(0, 2, (len(lengths),)), sum(lengths)


def measure(method):
    torch.manual_seed(0)
    generator = random.Random(0)
    encoder = BertModel(
        BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)).train()
    heads = torch.nn.ModuleList(torch.nn.Linear(384, 2) for _ in range(TASKS))
    parameters = list(encoder.parameters()) + list(heads.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, fused=True)
    aggregator = None if method == "sum" else getattr(aggregation, method)()
    tokens = steps = 0
    while True:
        if steps == 2:  # the first steps warm up
            begin, tokens = time.time(), 0
        batches = [batch(generator) for _ in range(TASKS)]
        features = [encoder(ids, attention_mask=mask).pooler_output for ids, mask, _, _ in batches]
        losses = [
            torch.nn.functional.cross_entropy(head(feature), labels)
            for head, feature, (_, _, labels, _) in zip(heads, features, batches)]
        optimizer.zero_grad()
        if aggregator is None:
            sum(losses).backward()
        else:
            mtl_backward(losses, features=features)
            jac_to_grad(list(encoder.parameters()), aggregator)
        optimizer.step()
        tokens += sum(b[3] for b in batches)
        steps += 1
        if steps > 3 and time.time() - begin > seconds:
            return tokens / (time.time() - begin)


base = measure("sum")
print(f"sum: {base:.0f} tokens/s", flush=True)
for name in ("PCGrad", "MGDA", "CAGrad", "NashMTL", "UPGrad"):
    try:
        rate = measure(name)
    except TypeError:  # some ask for their hyperparameters
        defaults = {"CAGrad": dict(c=0.5), "NashMTL": dict(n_tasks=TASKS)}[name]
        make = getattr(aggregation, name)
        setattr(aggregation, name, lambda: make(**defaults))
        rate = measure(name)
    print(f"{name}: {rate:.0f} tokens/s, {base / rate:.2f} times the sum's time", flush=True)
