# How gradients come about, after "A gentle introduction to torch.autograd" of PyTorch's tutorials.
import torch

torch.manual_seed(0)

# %% [markdown]
# A scalar: every element of `x.grad` is 3 * 2 * (x + 2) / 4 = 4.5.

# %%
x = torch.ones(2, 2, requires_grad=True)
y = x + 2
z = y * y * 3
out = z.mean()
out.backward()
print(x.grad)

# %% [markdown]
# A vector: `backward` wants the gradient of the result, and gives its product with the Jacobian.

# %%
a = torch.randn(3, requires_grad=True)
b = a * 2
while b.data.norm() < 1000:
    b = b * 2
gradient = torch.tensor([0.1, 1.0, 0.0001])
b.backward(gradient=gradient)
print(a.grad)
