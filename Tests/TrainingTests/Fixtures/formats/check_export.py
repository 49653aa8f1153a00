"""Checks in Python what this library's writers wrote: safetensors, transformers' BertModel and tokenizer load it.

Run:  BRAID_EXPORT_CHECK=/tmp/export BRAID_MINILM=FOLDER swift test -c release --filter ExportTests
      python check_export.py /tmp/export FOLDER

FOLDER is the MiniLM encoder; without it only the small encoder of ../parity is checked.
"""
import json
import os
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertModel

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def load_json(*path):
    with open(os.path.join(FIXTURES, *path), encoding="utf-8") as file:
        return json.load(file)


def load_model(folder, original):
    """The model in `folder`, whose tensors have to be `original`."""
    path = os.path.join(folder, "model.safetensors")
    written = load_file(path)
    assert written.keys() == original.keys(), written.keys() ^ original.keys()
    assert all(torch.equal(written[n], original[n]) for n in original)
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"format": "pt"}, file.metadata()
    model, report = BertModel.from_pretrained(folder, output_loading_info=True, attn_implementation="eager")
    assert not any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
    return model.eval()


def run(model, ids, segments):
    with torch.no_grad():
        output = model(torch.tensor([ids]), token_type_ids=torch.tensor([segments]))
    return output.last_hidden_state[0], output.pooler_output[0]


def check_parity(folder):
    original = load_file(os.path.join(FIXTURES, "parity", "initial.safetensors"))
    model = load_model(folder, {n: t for n, t in original.items() if not n.startswith("heads.")})
    expected = load_file(os.path.join(FIXTURES, "parity", "forward.safetensors"))
    rows, pooled = [], []
    for task in load_json("parity", "batches.json")["steps"][0]["tasks"]:
        for ids, segments in zip(task["sequences"], task["segments"]):
            state, first = run(model, ids, segments)
            rows.append(state)
            pooled.append(first)
    worst = max((torch.cat(rows) - expected["states.2"]).abs().max().item(),
                (torch.stack(pooled) - expected["pooled"]).abs().max().item())
    assert worst < 1e-5, worst
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.model_max_length == model.config.max_position_embeddings
    ids = tokenizer("Hello hello")["input_ids"]
    assert ids == [2, 4, 4, 3], ids
    print(f"parity: tensors equal; BertModel's outputs differ by at most {worst:.1e}; tokenizer agrees")


def check_minilm(folder, source):
    original = load_file(os.path.join(source, "model.safetensors"))
    model = load_model(folder, {n: t for n, t in original.items() if not n.endswith("position_ids")})
    reference = BertModel.from_pretrained(source, attn_implementation="eager").eval()
    expected = load_file(os.path.join(FIXTURES, "minilm", "expected.safetensors"))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts, tokens, worst, apart = load_json("minilm", "texts.json"), load_json("minilm", "tokens.json"), 0.0, 0.0
    for index, (text, wanted) in enumerate(zip(texts, tokens)):
        encoded = tokenizer(*([text["text"], text["pair"]] if "pair" in text else [text["text"]]))
        assert encoded["input_ids"] == wanted["ids"] and encoded["token_type_ids"] == wanted["segments"], index
        state, pooled = run(model, wanted["ids"], wanted["segments"])
        same, same_pooled = run(reference, wanted["ids"], wanted["segments"])
        apart = max(apart, (state - same).abs().max().item(), (pooled - same_pooled).abs().max().item())
        worst = max(worst, (state[0] - expected["first"][index]).abs().max().item(),
                    (pooled - expected["pooled"][index]).abs().max().item())
    assert worst < 1e-5 and apart == 0, (worst, apart)
    print(f"minilm: tensors and ids equal; outputs differ by {apart:.1e} from the original folder's on this machine,"
          f" by at most {worst:.1e} from the fixture's")


if __name__ == "__main__":
    check_parity(os.path.join(sys.argv[1], "parity"))
    if len(sys.argv) > 2:
        check_minilm(os.path.join(sys.argv[1], "minilm"), sys.argv[2])
