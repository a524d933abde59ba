"""Logistic regression over named features, in numpy: L-BFGS, an L2 penalty, the same result every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Matrix(NamedTuple):
    """Rows of features, each present or not: `ids` of all rows one after another; row n begins at `starts[n]`."""

    ids: Ints
    starts: Ints
    lengths: Ints
    width: int

    def scores(self, weights: Floats) -> Floats:
        scores: Floats = np.add.reduceat(weights[self.ids], self.starts)
        return scores

    def gradient(self, residual: Floats) -> Floats:
        return np.bincount(self.ids, np.repeat(residual, self.lengths), self.width).astype(np.float64)


def matrix(rows: Sequence[Sequence[int]], width: int) -> Matrix:
    """Every row must hold a feature."""
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    ids = np.fromiter((number for row in rows for number in row), dtype=np.int64, count=int(lengths.sum()))
    return Matrix(ids, np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths, width)


def fit(data: Matrix, truth: Floats, weight: Floats, penalty: Floats, rounds: int = 250) -> Floats:
    """Return the weights that minimise the weighted log loss and the penalty of each weight."""
    at: Floats = np.zeros(data.width)
    value, slope = _loss(data, truth, weight, penalty, at)
    steps: list[tuple[Floats, Floats]] = []
    for _ in range(rounds):
        direction = -_two_loops(slope, steps)
        size, gain = 1.0 if steps else 1.0 / max(1.0, float(np.abs(slope).max())), float(slope @ direction)
        while True:
            to = at + size * direction
            new_value, new_slope = _loss(data, truth, weight, penalty, to)
            if new_value <= value + 1e-4 * size * gain or size < 1e-8:
                break
            size /= 2
        step, turn = to - at, new_slope - slope
        if float(step @ turn) > 1e-12:
            steps = [*steps[-11:], (step, turn)]
        done = value - new_value < 1e-7 * abs(value)
        at, value, slope = to, new_value, new_slope
        if done:
            break
    return at


def _loss(data: Matrix, truth: Floats, weight: Floats, penalty: Floats, at: Floats) -> tuple[float, Floats]:
    scores = data.scores(at)
    loss = float((weight * (np.logaddexp(0, scores) - truth * scores)).sum() + 0.5 * (penalty * at * at).sum())
    residual = weight * (1 / (1 + np.exp(-np.clip(scores, -60, 60))) - truth)
    return loss, data.gradient(residual) + penalty * at


def _two_loops(slope: Floats, steps: Sequence[tuple[Floats, Floats]]) -> Floats:
    found: Floats = slope.copy()
    shares = []
    for step, turn in reversed(steps):
        share = float(step @ found) / float(step @ turn)
        found -= share * turn
        shares.append(share)
    if steps:
        step, turn = steps[-1]
        found *= float(step @ turn) / float(turn @ turn)
    for (step, turn), share in zip(steps, reversed(shares), strict=True):
        found += (share - float(turn @ found) / float(step @ turn)) * step
    return found


def isotonic(scores: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return scores and the share of truths at each, never falling (pool adjacent violators)."""
    order = np.argsort(scores, kind="stable")
    blocks: list[list[float]] = []  # sum of truth, weight, sum of score
    for score, true, size in zip(scores[order], truth[order], weight[order], strict=True):
        blocks.append([true * size, size, score * size])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return np.array([b[2] / b[1] for b in blocks]), np.array([b[0] / b[1] for b in blocks])
