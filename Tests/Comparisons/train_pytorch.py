"""Four tasks fine-tuned together in PyTorch for a while: real tokens a second, to compare with `braid train` on this machine.

    python train_pytorch.py ENCODER DATA [STEPS=60] [SECONDS=50]

ENCODER is a Hugging Face folder, DATA has the data sets as tasks/DATA.md says. AdamW at 1e-4 in float32, 32 examples a
batch, one task a batch, dropout 0.1, at most 128 tokens, padded to the longest example of the batch; SST2-sentence, MRPC,
STS-B and WikiQA. Once with batches of shuffled examples, once with examples of like length together (and the batches
shuffled), each for so many steps or seconds, after three steps that are not counted.

Needs torch (2.13) and transformers.
"""
import os
import random
import sys
import time

import torch
from transformers import AutoTokenizer, BertModel

if len(sys.argv) < 3:
    sys.exit(__doc__)
encoder, data = sys.argv[1:3]
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 60
seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 50


def rows(path):
    with open(os.path.join(data, path), encoding="utf-8-sig") as file:
        return [line.rstrip("\r\n").split("\t") for line in file]


def find(folder, *parts):
    return os.path.join(folder, next(n for n in sorted(os.listdir(os.path.join(data, folder))) if all(p in n.lower() for p in parts)))


tokenizer = AutoTokenizer.from_pretrained(encoder)


def encode(first, second=None):
    return tokenizer(first, second, truncation=True, max_length=128)


sst = [line[0].split(" ", 1) for line in rows(find("SST2-sentence", "train"))]
sst = [(e, int(l)) for (l, _), e in zip(sst, (dict(ids=i) for i in encode([t for _, t in sst])["input_ids"]))]


def pairs(items):  # (first, second, label)
    encoded = encode([i[0] for i in items], [i[1] for i in items])
    return [(dict(ids=a, segments=b), i[2]) for a, b, i in zip(encoded["input_ids"], encoded["token_type_ids"], items)]


dev = {tuple(r) for r in rows("MRPC/dev_ids.tsv")}
mrpc = pairs([(r[3], r[4], int(r[0])) for r in rows(find("MRPC", "train"))[1:] if (r[1], r[2]) not in dev])
sts = pairs([(r[5], r[6], float(r[4])) for r in rows(find("STS-B", "train"))])
queries = {}
for question, sentence, label in rows(find("WikiQA", "train", ".txt")):
    queries.setdefault(question, []).append((question, sentence, int(label)))
wiki = [pairs(items) for items in queries.values() if any(i[2] for i in items)]


def batches(grouped, generator):
    result = []
    for name, examples in (("sst", sst), ("mrpc", mrpc), ("sts", sts)):
        order = list(examples)
        generator.shuffle(order)
        if grouped:
            order.sort(key=lambda e: len(e[0]["ids"]))
        result += [(name, order[i:i + 32]) for i in range(0, len(order), 32)]
    order = list(wiki)
    generator.shuffle(order)
    if grouped:
        order.sort(key=lambda q: max(len(e[0]["ids"]) for e in q))
    batch, count = [], 0
    for query in order:
        if batch and count + len(query) > 32:
            result.append(("wiki", batch))
            batch, count = [], 0
        batch.append(query)
        count += len(query)
    if batch:
        result.append(("wiki", batch))
    generator.shuffle(result)
    return result


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = BertModel.from_pretrained(encoder)
        size = self.bert.config.hidden_size
        self.dropout = torch.nn.Dropout(0.1)
        self.heads = torch.nn.ModuleDict({n: torch.nn.Linear(size, c) for n, c in (("sst", 2), ("mrpc", 2), ("sts", 1), ("wiki", 1))})

    def forward(self, name, batch):
        examples = [e for q in batch for e in q] if name == "wiki" else batch
        longest = max(len(e["ids"]) for e, _ in examples)
        real = sum(len(e["ids"]) for e, _ in examples)
        pad = lambda values: torch.tensor([v + [0] * (longest - len(v)) for v in values])
        ids = pad([e["ids"] for e, _ in examples])
        mask = pad([[1] * len(e["ids"]) for e, _ in examples])
        segments = pad([e.get("segments", [0] * len(e["ids"])) for e, _ in examples])
        output = self.heads[name](self.dropout(self.bert(ids, attention_mask=mask, token_type_ids=segments).pooler_output))
        if name == "sts":
            loss = ((output[:, 0] - torch.tensor([l for _, l in examples])) ** 2).mean()
        elif name == "wiki":
            losses, start = [], 0
            for query in batch:
                gains = torch.tensor([float(l) for _, l in query])
                losses.append(-(gains / gains.sum() * output[start:start + len(query), 0].log_softmax(0)).sum())
                start += len(query)
            loss = torch.stack(losses).mean()
        else:
            loss = torch.nn.functional.cross_entropy(output, torch.tensor([l for _, l in examples]))
        return loss, real, longest * len(examples)


for title, grouped in (("shuffled", False), ("grouped by length", True)):
    torch.manual_seed(0)
    model = Model().train()
    all_batches = batches(grouped, random.Random(0))
    total = 3 * len(all_batches)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / (0.1 * total), (total - s) / (0.9 * total)))
    tokens = padded = done = 0
    for step, (name, batch) in enumerate(all_batches[:steps + 3]):
        if step == 3:  # the first steps warm up
            start, tokens, padded, done, cpu = time.time(), 0, 0, 0, time.process_time()
        loss, real, cells = model(name, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        tokens, padded, done = tokens + real, padded + cells, done + 1
        if step > 3 and time.time() - start > seconds:
            break
    elapsed, cpu = time.time() - start, time.process_time() - cpu
    print(f"{title}: {done} of {total} steps, {tokens / elapsed:.0f} real tokens/s ({padded / elapsed:.0f} with padding), "
          f"{tokens / done:.0f} real tokens a step, {elapsed:.1f} s, processor {cpu / elapsed:.2f} cores, "
          f"{tokens / cpu:.0f} real tokens/s of one core, load {os.getloadavg()[0]:.1f}", flush=True)
