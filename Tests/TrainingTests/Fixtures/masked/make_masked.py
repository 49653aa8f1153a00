"""Makes this folder's small BertForMaskedLM, the tokens that are hidden in texts.txt, and what PyTorch says of them.

Run:  python make_masked.py
"""
import json
import os

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
WORD = (1 << 64) - 1
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
KEY = 0  # what data is evaluated with


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


class Generator:
    """SplitMix64, as Sources/Randomness has it."""

    def __init__(self, seed, *stream):
        self.state = seed
        for number in stream:
            self.state = mix((self.state + 0x9E3779B97F4A7C15) & WORD) ^ mix((number + 0x6A09E667F3BCC909) & WORD)

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & WORD
        return mix(self.state)

    def below(self, bound):
        product = self.next() * bound
        if product & WORD < bound:
            threshold = ((1 << 64) - bound) % bound
            while product & WORD < threshold:
                product = self.next() * bound
        return product >> 64

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53


def hide(ids, example, size, special, mask):
    """The ids with some hidden, where these are, and what stood there: Sources/Tasks/Examples/TokenMasking.swift."""
    ids = list(ids)
    places = [place for place, token in enumerate(ids) if token not in special]
    count = max(1, int(0.15 * len(places) + 0.5))
    generator = Generator(KEY, 0x6A5CED70, example)
    for step in range(count):
        other = step + generator.below(len(places) - step)
        places[step], places[other] = places[other], places[step]
    hidden = sorted(places[:count])
    expected = [ids[place] for place in hidden]
    for place in hidden:
        draw = generator.uniform()
        if draw < 0.8:
            ids[place] = mask
        elif draw < 0.8 + 0.1:
            while True:
                ids[place] = generator.below(size)
                if ids[place] not in special:
                    break
    return ids, hidden, expected


def main():
    torch.manual_seed(11)
    torch.set_num_threads(1)
    with open(os.path.join(HERE, "texts.txt"), encoding="utf-8") as file:
        texts = file.read().splitlines()
    words = sorted({word for text in texts for word in text.lower().replace(",", " , ").replace(".", " . ").split()})
    tokens = SPECIAL + [word for word in words if word not in ("lanterns", "boats")] + ["lantern", "##s"]
    with open(os.path.join(HERE, "vocab.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(tokens) + "\n")
    tokenizer = BertTokenizerFast(vocab=os.path.join(HERE, "vocab.txt"), do_lower_case=True)
    size = len(tokens)
    config = BertConfig(
        vocab_size=size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
        max_position_embeddings=40, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.3)
    model = BertForMaskedLM._from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "LayerNorm" in name or name.endswith("bias"):
                parameter.add_(torch.randn_like(parameter) * 0.2)
    special = set(range(len(SPECIAL)))
    rows = []
    for example, text in enumerate(texts):
        ids, hidden, expected = hide(tokenizer(text)["input_ids"], example, size, special, tokens.index("[MASK]"))
        rows.append({"ids": ids, "hidden": hidden, "expected": expected})
    expected = torch.tensor([token for row in rows for token in row["expected"]])

    def logits():
        return torch.cat([model(input_ids=torch.tensor([row["ids"]])).logits[0, row["hidden"]] for row in rows])

    # A few steps, so that some of the tokens are told.
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(8):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(logits(), expected).backward()
        optimizer.step()
    optimizer.zero_grad()
    model.save_pretrained(HERE)
    # What transformers writes beside is of no use here.
    for name in ("generation_config.json",):
        if os.path.exists(os.path.join(HERE, name)):
            os.remove(os.path.join(HERE, name))
    scores = logits()
    loss = torch.nn.functional.cross_entropy(scores, expected)
    loss.backward()
    accuracy = (scores.argmax(1) == expected).double().mean().item()
    save_file({name: p.grad.contiguous() for name, p in model.named_parameters()},
              os.path.join(HERE, "gradient.safetensors"))
    for name in ("gradient.safetensors", "model.safetensors", "config.json", "vocab.txt"):
        os.chmod(os.path.join(HERE, name), 0o644)
    with open(os.path.join(HERE, "expected.json"), "w") as file:
        json.dump({"loss": loss.item(), "accuracy": accuracy, "perplexity": loss.double().exp().item(), "rows": rows},
                  file, separators=(",", ":"))
        file.write("\n")
    print(size, "tokens;", len(expected), "hidden; loss", loss.item(), "accuracy", accuracy)


if __name__ == "__main__":
    main()
