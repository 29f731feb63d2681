"""Trains a small network on what is served, and prints the mean losses of its first and its last epoch."""

import sys

import torch

import batchmill

torch.manual_seed(1)
torch.set_num_threads(1)
with batchmill.Loader(sys.argv[1]) as loader:
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 5, stride=2),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(4),
        torch.nn.Flatten(),
        torch.nn.Linear(128, len(loader.classes)),
    )
    optimizer = torch.optim.Adam(network.parameters(), 0.005)
    means = []
    for epoch in range(4):
        losses = []
        for images, targets in loader:
            loss = torch.nn.functional.cross_entropy(network(images.permute(0, 3, 1, 2).float() / 255), targets["classes"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        means.append(sum(losses) / len(losses))
    print(means[0], means[-1])
