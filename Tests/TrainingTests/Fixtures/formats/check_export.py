"""Checks in Python what this library's writers wrote: safetensors, transformers' BertModel and tokenizer load it.

Run:  BRAID_EXPORT_CHECK=/tmp/export swift test -c release --filter "Python can check"
      python check_export.py /tmp/export
"""
import json
import os
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertModel

PARITY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parity")


def main(folder):
    written = load_file(os.path.join(folder, "model.safetensors"))
    original = {n: t for n, t in load_file(os.path.join(PARITY, "initial.safetensors")).items() if not n.startswith("heads.")}
    assert written.keys() == original.keys(), written.keys() ^ original.keys()
    assert all(torch.equal(written[n], original[n]) for n in original)
    with safe_open(os.path.join(folder, "model.safetensors"), "pt") as file:
        assert file.metadata() == {"format": "pt"}, file.metadata()
    model, report = BertModel.from_pretrained(folder, output_loading_info=True)
    assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
    model.eval()
    expected = load_file(os.path.join(PARITY, "forward.safetensors"))
    with open(os.path.join(PARITY, "batches.json")) as file:
        tasks = json.load(file)["steps"][0]["tasks"]
    rows, pooled = [], []
    with torch.no_grad():
        for task in tasks:
            for ids, segments in zip(task["sequences"], task["segments"]):
                output = model(torch.tensor([ids]), token_type_ids=torch.tensor([segments]))
                rows.append(output.last_hidden_state[0])
                pooled.append(output.pooler_output[0])
    worst = max((torch.cat(rows) - expected["states.2"]).abs().max().item(),
                (torch.stack(pooled) - expected["pooled"]).abs().max().item())
    assert worst < 1e-5, worst
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.model_max_length == model.config.max_position_embeddings
    ids = tokenizer("Hello hello")["input_ids"]
    assert ids == [2, 4, 4, 3], ids
    print(f"{len(written)} tensors equal; BertModel's outputs differ by at most {worst:.1e}; tokenizer agrees")


if __name__ == "__main__":
    main(sys.argv[1])
