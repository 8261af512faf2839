"""Makes the TorchScript fixtures of TorchTests; run with a Python that has PyTorch, in this directory."""

import torch


class TwoClasses(torch.nn.Module):
    """Logits (0, 2·x) of two classes, so that the probability of foreground is sigmoid(2·x)."""

    def forward(self, x):
        return torch.cat([torch.zeros_like(x), 2 * x], dim=1)


class Several(torch.nn.Module):
    """Several outputs, the full resolution first, as networks with deep supervision give."""

    def forward(self, x):
        return x + 1, torch.nn.functional.avg_pool3d(x, 2)


torch.jit.script(TwoClasses()).save("two-classes.ts")
torch.jit.script(Several()).save("several.ts")
