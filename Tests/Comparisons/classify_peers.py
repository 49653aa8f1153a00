"""Classification by OpenVINO and ONNX Runtime with an encoder of MiniLM's shape, real tokens a second, on this machine.

    python classify_peers.py [SECONDS=10 a configuration]

Random weights; 2,000 sentences of 8 to 40 tokens, 24 on average, sorted by length into batches of 32, padded to the longest of
a batch. To compare with `braid bench classify`.

Needs torch, transformers, openvino, onnx and onnxruntime.
"""
import itertools
import random
import sys
import tempfile
import time

import numpy
import onnxruntime
import openvino
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertConfig, BertForSequenceClassification

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
generator = random.Random(1)
lengths = sorted(generator.randint(8, 40) for _ in range(2000))
batches = []
for start in range(0, len(lengths), 32):
    part = lengths[start : start + 32]
    mask = numpy.array([[1] * n + [0] * (max(part) - n) for n in part], dtype=numpy.int64)
    ids = numpy.random.default_rng(start).integers(1, 30522, mask.shape) * mask
    batches.append((ids, mask, sum(part)))

torch.manual_seed(0)
model = BertForSequenceClassification(BertConfig(
    hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536, num_labels=2)).eval()


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def measure(name, start, finish=lambda: None):
    """`start` takes a batch, and may leave it to be finished by the end of `finish`."""
    def every_batch():
        for ids, mask, _ in batches:
            start(ids, mask)
        finish()

    every_batch()
    begin = time.perf_counter()
    rounds = 0
    while time.perf_counter() - begin < seconds:
        every_batch()
        rounds += 1
    tokens = rounds * sum(count for _, _, count in batches)
    print(f"{name:32} {tokens / (time.perf_counter() - begin):10,.0f} tokens/s", flush=True)


example = tuple(torch.tensor(value) for value in batches[0][:2])
core = openvino.Core()
converted = openvino.convert_model(Logits(model), example_input=example)
for precision, hint in itertools.product(["f32", "bf16"], ["LATENCY", "THROUGHPUT"]):
    compiled = core.compile_model(
        converted, "CPU", {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": hint})
    queue = openvino.AsyncInferQueue(compiled)
    measure(
        f"OpenVINO {precision} {hint.lower()}", lambda ids, mask: queue.start_async([ids, mask]), queue.wait_all)

with tempfile.TemporaryDirectory() as folder:
    torch.onnx.export(
        Logits(model), example, f"{folder}/model.onnx", input_names=["ids", "mask"], output_names=["logits"],
        dynamic_axes={"ids": {0: "rows", 1: "length"}, "mask": {0: "rows", 1: "length"}}, dynamo=False)
    quantize_dynamic(f"{folder}/model.onnx", f"{folder}/int8.onnx", weight_type=QuantType.QInt8)
    for name in ["model", "int8"]:
        session = onnxruntime.InferenceSession(f"{folder}/{name}.onnx")
        measure(
            f"ONNX Runtime {'f32' if name == 'model' else 'int8'}",
            lambda ids, mask: session.run(None, {"ids": ids, "mask": mask}))
