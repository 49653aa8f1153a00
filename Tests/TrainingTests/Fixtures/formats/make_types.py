"""Makes types.safetensors: tensors of several element types, and the float32 values of the 16-bit ones by PyTorch.

Run:  python make_types.py
"""
import os

import torch
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))

# Every 97th pattern, and all around the borders of zero, subnormal, normal, infinite and not-a-number.
BORDERS = [0x0000, 0x03FF, 0x0400, 0x7BFF, 0x7C00, 0x7E00, 0x007F, 0x0080, 0x7F7F, 0x7F80, 0x3F80, 0x3C00]
PATTERNS = sorted({*range(0, 0x10000, 97)} | {(b + d + s) & 0xFFFF for b in BORDERS for d in (-1, 0, 1) for s in (0, 0x8000)})


def main():
    bits = torch.tensor([p - 0x10000 if p >= 0x8000 else p for p in PATTERNS], dtype=torch.int16)
    half, brain = bits.view(torch.float16), bits.view(torch.bfloat16)
    tensors = {
        "half": half.clone(), "half.expected": half.float(), "brain": brain.clone(), "brain.expected": brain.float(),
        "matrix": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4 - 1,
        "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 4),
        "double": torch.tensor([1.0], dtype=torch.float64), "position_ids": torch.arange(5), "flag": torch.tensor([True]),
    }
    path = os.path.join(HERE, "types.safetensors")
    save_file(tensors, path, metadata={"format": "pt", "note": "é \"quoted\"\n"})
    os.chmod(path, 0o644)
    print(len(PATTERNS), "patterns,", os.path.getsize(path), "bytes")


main()
