"""Writes a made-up metrics.jsonl to standard output: make-run.py [TASKS] [STEPS].

The log has what real ones have: steps without some tasks, a loss that was no number, gradients within step lines and in
lines of their own, metrics that are null, and a last line that was cut off.
"""

import json
import math
import random
import sys

task_count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
step_count = int(sys.argv[2]) if len(sys.argv) > 2 else 400
random.seed(4)
names = ["sst", "q<a> & \"b\"", "similarity-of-two-long-sentences", "größe"]
names = (names + [f"task-{index}" for index in range(len(names), task_count)])[:task_count]
lines = []


def line(members):
    lines.append(json.dumps(members, ensure_ascii=False))


def loss(task, step):
    if step == 30 and task == 0:
        return None
    spread = 40.0 if step == 1 and task == 1 else 1.0
    decay = math.exp(-step / (step_count / (2.0 + 0.3 * task)))
    return round(spread * (0.05 + 0.1 * task / task_count + decay * (1 + task % 3)) * random.uniform(0.8, 1.25), 6)


def weight(task, step):
    return 1 if task == 3 else round(1 + 0.5 * math.sin(task + 3 * step / step_count), 6)


def log_step(step):
    present = [task for task in range(task_count) if step == 1 or random.random() < 0.85]
    members = {
        "step": step, "epoch": 1 + step * 2 // (step_count + 1), "learningRate": 1e-4 * (1 - step / (2 * step_count)),
        "gradientNorm": round(random.uniform(0.5, 2.0) + 20 / step, 6), "tokensPerSecond": 3000,
        "tasks": {names[task]: {"loss": loss(task, step), "weight": weight(task, step)} for task in present},
    }
    if step % 40 == 0:
        members["gradients"] = gradients(step)
    line(members)


def gradients(step):
    cosines = []
    for first in range(task_count):
        for second in range(first + 1, task_count):
            cosine = 0.45 * math.cos(first * 1.3 + second * 0.7 + 2 * step / step_count)
            missing = step == 40 and (first, second) == (0, 1)
            cosines.append([names[first], names[second], None if missing else round(cosine, 5)])
    norms = {names[task]: round(random.uniform(0.2, 1.0) * (1 + task), 6) for task in range(task_count)}
    return {"norms": norms, "cosines": cosines}


def evaluate(step, best):
    def metrics(task):
        value = 0.5 + 0.4 * (1 - math.exp(-3 * step / step_count)) - 0.01 * task + random.uniform(-0.02, 0.02)
        if task == 1:
            return {"f1": None if step < step_count / 3 else round(value, 6), "accuracy": round(value + 0.05, 6)}
        if task == 2:
            return {"pearson": round(value, 6), "mse": round(2.5 - 2 * value, 6)}
        return {"accuracy": round(value, 6)}

    dev = {names[task]: metrics(task) for task in range(task_count)}
    score = sum(next(iter(values.values())) or 0 for values in dev.values()) / task_count
    line({
        "step": step, "score": round(score, 6), "best": best, "dev": dev,
        "examples": {name: 100 for name in names},
    })


interval = max(step_count // 5, 10)
for step in range(1, step_count + 1):
    if step == 1 or step % 10 == 0:
        log_step(step)
    elif step % 20 == 5:
        line({"step": step, "gradients": gradients(step)})
    if step % interval == 0:
        evaluate(step, best=step < step_count)
print("\n".join(lines))
print(lines[-1][:57], end="")
