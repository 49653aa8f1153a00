"""Makes the training parity fixture of this folder: 20 AdamW steps of a two-layer BERT with five heads, in PyTorch.

Run:  python make_parity.py            (needs torch, transformers, safetensors, numpy; README.md says which versions)

The run is made twice, in float64 (stored: the expected values) and in float32 (printed: how far one float32
implementation strays from them, which is what a tolerance has to allow for).
"""
import json
import os

import numpy
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 20240611
STEPS, WARM_UP = 20, 4
PEAK_LEARNING_RATE, WEIGHT_DECAY, MAXIMUM_NORM = 1e-3, 0.01, 1.0
HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS = 32, 2, 4, 64, 120, 40
SAN_STEPS = 5

TASKS = [
    {"name": "topic", "kind": "classification", "weight": 0.2, "classes": 3},
    {"name": "closeness", "kind": "similarity", "weight": 0.1},
    {"name": "paraphrase", "kind": "pair-classification", "weight": 0.25, "classes": 2},
    {"name": "entailment", "kind": "pair-classification-san", "weight": 0.15, "classes": 3},
    {"name": "answers", "kind": "ranking", "weight": 0.3},
]


# ---- batches -------------------------------------------------------------------------------------------------------
CLS, SEP = 2, 3  # id 0 never occurs: PyTorch's padding row gets no gradient


def words(generator, count):
    return [int(i) for i in generator.integers(4, VOCABULARY, count)]


def single(generator):
    length = int(generator.integers(4, 21))
    return [CLS] + words(generator, length - 2) + [SEP], [0] * length


def pair(generator, first=None):
    first = words(generator, int(generator.integers(1, 9))) if first is None else first
    second = words(generator, int(generator.integers(1, 10)))
    ids = [CLS] + first + [SEP] + second + [SEP]
    return ids, [0] * (len(first) + 2) + [1] * (len(second) + 1)


def make_batch(generator):
    batch = []
    for task in TASKS:
        entry = {"name": task["name"], "sequences": [], "segments": [], "targets": []}
        if task["kind"] == "ranking":
            entry["candidates"] = []
            for _ in range(int(generator.integers(2, 4))):
                query, count = words(generator, int(generator.integers(2, 7))), int(generator.integers(2, 6))
                gains = [float(g) for g in generator.integers(0, 4, count)]
                if sum(gains) == 0:
                    gains[int(generator.integers(0, count))] = 1.0
                for _ in range(count):
                    ids, segments = pair(generator, query)
                    entry["sequences"].append(ids)
                    entry["segments"].append(segments)
                entry["targets"] += gains
                entry["candidates"].append(count)
        else:
            for _ in range(int(generator.integers(3, 6))):
                ids, segments = single(generator) if task["kind"] == "classification" else pair(generator)
                entry["sequences"].append(ids)
                entry["segments"].append(segments)
                if task["kind"] == "similarity":
                    entry["targets"].append(round(float(generator.uniform(0, 2)), 2))
                else:
                    entry["targets"].append(int(generator.integers(0, task["classes"])))
        batch.append(entry)
    return batch


# ---- model ---------------------------------------------------------------------------------------------------------
class SAN(torch.nn.Module):
    """Stochastic answer network (Liu, Duh & Gao 2018; MT-DNN, Liu et al. 2019, section 3) without its dropouts."""

    def __init__(self, classes):
        super().__init__()
        self.summary = torch.nn.Linear(HIDDEN, 1, bias=False)
        self.attention = torch.nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.gru = torch.nn.GRUCell(HIDDEN, HIDDEN)
        self.classifier = torch.nn.Linear(4 * HIDDEN, classes)

    def forward(self, premise, hypothesis):
        """premise [m, H], hypothesis [n, H] -> mean probabilities [C]"""
        state = torch.softmax(self.summary(hypothesis)[:, 0], 0) @ hypothesis
        probabilities = []
        for _ in range(SAN_STEPS):
            reading = torch.softmax(premise @ self.attention(state), 0) @ premise
            features = torch.cat([state, reading, (state - reading).abs(), state * reading])
            probabilities.append(torch.softmax(self.classifier(features), 0))
            state = self.gru(reading[None], state[None])[0]
        return torch.stack(probabilities).mean(0)


class PooledHead(torch.nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.classifier = torch.nn.Linear(HIDDEN, outputs)

    def forward(self, pooled):
        return self.classifier(pooled)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = BertModel(
            BertConfig(
                vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                intermediate_size=FEED_FORWARD, hidden_act="gelu", max_position_embeddings=POSITIONS,
                type_vocab_size=2, layer_norm_eps=1e-12, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
                attn_implementation="eager"))
        self.heads = torch.nn.ModuleDict()
        for task in TASKS:
            if task["kind"] == "pair-classification-san":
                self.heads[task["name"]] = SAN(task["classes"])
            else:
                self.heads[task["name"]] = PooledHead(task.get("classes", 1))

    def stored_parameters(self):
        """(name, parameter) in a fixed order: encoder names without `bert.`, then heads."""
        return [(n.removeprefix("bert."), p) for n, p in self.named_parameters()]

    def forward(self, batch, trace=None):
        """Losses, one a task, in the batch's order."""
        sequences = [s for entry in batch for s in entry["sequences"]]
        segments = [s for entry in batch for s in entry["segments"]]
        longest = max(map(len, sequences))
        pad = lambda rows: torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in sequences])
        output = self.bert(pad(sequences), attention_mask=mask, token_type_ids=pad(segments),
                           output_hidden_states=True)
        states, pooled = output.last_hidden_state, output.pooler_output
        if trace is not None:
            for i, layer in enumerate(output.hidden_states):
                trace[f"states.{i}"] = layer[mask.bool()]
            trace["pooled"] = pooled
        losses, row = [], 0
        for task, entry in zip(TASKS, batch):
            head, count = self.heads[task["name"]], len(entry["sequences"])
            rows = slice(row, row + count)
            if task["kind"] == "pair-classification-san":
                outputs = []
                for i in range(count):
                    length, premise = len(entry["sequences"][i]), entry["segments"][i].count(0)
                    outputs.append(head(states[row + i, :premise], states[row + i, premise:length]))
                outputs = torch.stack(outputs)
                labels = torch.tensor(entry["targets"])
                loss = -torch.log(outputs[torch.arange(count), labels]).mean()
            else:
                outputs = head(pooled[rows])
                if task["kind"] == "similarity":
                    loss = ((outputs[:, 0] - torch.tensor(entry["targets"], dtype=outputs.dtype)) ** 2).mean()
                elif task["kind"] == "ranking":
                    each, start = [], 0
                    for size in entry["candidates"]:
                        gains = torch.tensor(entry["targets"][start:start + size], dtype=outputs.dtype)
                        scores = torch.log_softmax(outputs[start:start + size, 0], 0)
                        each.append(-(gains / gains.sum() * scores).sum())
                        start += size
                    loss = torch.stack(each).mean()
                else:
                    loss = torch.nn.functional.cross_entropy(outputs, torch.tensor(entry["targets"]))
            if trace is not None:
                trace[f"outputs.{task['name']}"] = outputs
            losses.append(loss)
            row += count
        return losses


def initialise(model, generator):
    """Larger than BERT's 0.02, so that attention, GELU and the gates work away from their linear middle."""
    with torch.no_grad():
        for name, parameter in model.stored_parameters():
            values = generator.standard_normal(tuple(parameter.shape)).astype(numpy.float32)
            if "LayerNorm.weight" in name:
                values = 1 + 0.1 * values
            elif name.endswith("bias") or "bias_" in name:
                values = 0.1 * values
            elif "embeddings" in name:
                values = 0.4 * values
            elif name.startswith("heads"):
                values = 0.1 * values
            else:
                values = 0.15 * values
            parameter.copy_(torch.from_numpy(numpy.asarray(values, numpy.float32)))


def learning_rate(step):
    share = (step + 1) / WARM_UP if step < WARM_UP else (STEPS - step) / (STEPS - WARM_UP)
    return PEAK_LEARNING_RATE * share


def run(initial, batches, kind):
    model = Model().to(kind)
    model.train()
    model.load_state_dict(initial)
    decayed, exempt = [], []
    for name, parameter in model.stored_parameters():
        is_exempt = name.endswith("bias") or "bias_" in name or "LayerNorm" in name
        (exempt if is_exempt else decayed).append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": exempt, "weight_decay": 0.0}],
        lr=PEAK_LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8, foreach=False)
    log, gradients, trace = [], {}, {}
    for step, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        losses = model(batch, trace if step == 0 else None)
        total = sum(task["weight"] * loss for task, loss in zip(TASKS, losses))
        optimizer.zero_grad()
        total.backward()
        if step == 0:
            gradients = {n: p.grad.clone() for n, p in model.stored_parameters()}
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), MAXIMUM_NORM, foreach=False)
        optimizer.step()
        log.append({"learningRate": learning_rate(step), "gradientNorm": norm.item(), "total": total.item(),
                    "losses": [loss.item() for loss in losses]})
    final = {n: p.detach().clone() for n, p in model.stored_parameters()}
    return log, gradients, final, {n: v.detach() for n, v in trace.items()}


def store(name, tensors):
    save_file({n: t.to(torch.float32).contiguous() for n, t in tensors.items()}, os.path.join(HERE, name))


def difference(a, b):
    """Largest difference over the tensor's largest value."""
    return ((a.double() - b.double()).abs().max() / b.double().abs().max().clamp_min(1e-30)).item()


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    generator = numpy.random.Generator(numpy.random.PCG64(SEED))
    model = Model()
    initialise(model, generator)
    batches = [make_batch(generator) for _ in range(STEPS)]
    initial = {n: p.clone() for n, p in model.state_dict().items()}
    log, gradients, final, trace = run(initial, batches, torch.float64)
    single_log, single_gradients, single_final, _ = run(initial, batches, torch.float32)

    # A softmax does not see a shift of all its inputs: keys' biases and a ranking score's bias have no gradient.
    zero = [n for n in gradients if gradients[n].abs().max() < 1e-12]
    store("initial.safetensors", dict(model.stored_parameters()))
    store("gradient.safetensors", gradients)
    store("final.safetensors", final)
    store("forward.safetensors", trace)
    line = lambda value: json.dumps(value, separators=(",", ":"))
    with open(os.path.join(HERE, "batches.json"), "w") as file:
        file.write('{"tasks":' + line(TASKS) + ',\n"steps":[\n')
        file.write(",\n".join('{"tasks":[\n' + ",\n".join(map(line, b)) + "]}" for b in batches) + "\n]}\n")
    with open(os.path.join(HERE, "expected.json"), "w") as file:
        file.write('{"withoutEffect":' + line(zero) + ',\n"steps":[\n' + ",\n".join(map(line, log)) + "\n]}\n")

    print("step  rate       norm     total    losses")
    for step, entry in enumerate(log):
        print(f"{step:4d}  {entry['learningRate']:.3e}  {entry['gradientNorm']:7.4f}  {entry['total']:7.4f} ",
              " ".join(f"{loss:.4f}" for loss in entry["losses"]))
    pairs = [(a, b) for x, y in zip(single_log, log)
             for a, b in zip([x["total"], x["gradientNorm"], *x["losses"]], [y["total"], y["gradientNorm"], *y["losses"]])]
    print("float32 run, largest relative difference of a loss or norm:", max(abs(a - b) / abs(b) for a, b in pairs))
    for title, one, other, floor in (("first gradient", single_gradients, gradients, 1e-12),
                                     ("final parameters", single_final, final, 1e-12)):
        rows = sorted(((difference(one[n], other[n]), n, other[n].abs().max().item()) for n in other), reverse=True)
        print(f"float32 run, {title}: largest |a-b| / largest |b| of a tensor")
        for value, name, largest in rows[:8]:
            print(f"   {value:.2e}  {name}  (largest value {largest:.2e})")
    print("gradient zero in exact arithmetic:", zero)
    drift = {n: (single_final[n].double() - final[n]).abs().max().item() for n in zero}
    print("float32 drift of those:", drift)
    print("moved by training, relative, least five:",
          sorted((difference(final[n], dict(model.stored_parameters())[n].detach()), n) for n in final)[:5])
    print("tokens:", sum(len(s) for b in batches for e in b for s in e["sequences"]))


if __name__ == "__main__":
    main()
