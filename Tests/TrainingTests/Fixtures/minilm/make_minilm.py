"""Makes this folder's reference outputs of the MiniLM encoder, in PyTorch.

Run:  python make_minilm.py FOLDER     (the encoder: config.json, vocab.txt, tokenizer.json, model.safetensors)
"""
import json
import os
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer, BertModel

HERE = os.path.dirname(os.path.abspath(__file__))
WHOLE = [5, 13, 42, 54]  # texts of which every row is kept


def main(folder):
    torch.set_num_threads(1)
    with open(os.path.join(HERE, "texts.json"), encoding="utf-8") as file:
        texts = json.load(file)
    assert len(texts) == 64 and sum("pair" in t for t in texts) == 24
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    exact = BertModel.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    kept = {name: [] for name in ("pooled", "first", "last", "mean")}
    lines, whole, largest = [], {}, 0.0
    for index, entry in enumerate(texts):
        encoded = tokenizer(*([entry["text"], entry["pair"]] if "pair" in entry else [entry["text"]]),
                            return_tensors="pt", truncation=False)
        with torch.no_grad():
            output, precise = model(**encoded), exact(**encoded)
        states = output.last_hidden_state[0]
        largest = max(largest, (states - precise.last_hidden_state[0]).abs().max().item(),
                      (output.pooler_output - precise.pooler_output).abs().max().item())
        kept["pooled"].append(output.pooler_output[0])
        kept["first"].append(states[0])
        kept["last"].append(states[-1])
        kept["mean"].append(states.mean(0))
        if index in WHOLE:
            whole[f"states.{index}"] = states.contiguous()
        lines.append(json.dumps({"ids": encoded["input_ids"][0].tolist(),
                                 "segments": encoded["token_type_ids"][0].tolist()}, separators=(",", ":")))
    save_file({**{name: torch.stack(rows) for name, rows in kept.items()}, **whole},
              os.path.join(HERE, "expected.safetensors"))
    os.chmod(os.path.join(HERE, "expected.safetensors"), 0o644)
    with open(os.path.join(HERE, "tokens.json"), "w") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
    lengths = sorted(len(json.loads(line)["ids"]) for line in lines)
    print("tokens a text:", lengths)
    print("largest value:", max(rows.abs().max().item() for rows in map(torch.stack, kept.values())))
    print("float32 against float64, largest difference:", largest)


if __name__ == "__main__":
    main(sys.argv[1])
