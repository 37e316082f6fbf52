"""Gradient descent: parameter by parameter as PyTorch's, in one block or not."""

import numpy as np
import pytest

import bpkit as bp
from bpkit.consecutive import consecutive, cuts


@pytest.mark.parametrize("momentum", [0, 0.9])
@pytest.mark.parametrize("weight_decay", [0, 0.01])
@pytest.mark.parametrize("sizes", [[5, 4, 3], [300, 300, 2]])  # the second is more than one piece
def test_sgd_is_pytorchs(momentum, weight_decay, sizes):
    torch = pytest.importorskip("torch")
    nets = bp.mlp(sizes, rng=0), bp.Network([bp.Linear.of(b.copy(), o.copy()) for b, o in loose(sizes)])
    peers = [torch.tensor(p.copy(), requires_grad=True) for p in nets[0].parameters]
    options = {"lr": 0.001, "momentum": momentum, "weight_decay": weight_decay}
    by_torch = torch.optim.SGD(peers, **options)
    ours = [bp.SGD(net.parameters, **options) for net in nets]
    rng = np.random.default_rng(1)
    for _ in range(20):
        _, grads = bp.backprop(
            nets[0], bp.LeastSquares("mean"), rng.normal(size=(sizes[0], 3)), np.ones((sizes[-1], 3))
        )
        copies, before = ([g.copy() for g in grads.parameters] for _ in range(2))
        for peer, gradient in zip(peers, copies, strict=True):
            peer.grad = torch.tensor(gradient)
        by_torch.step()
        ours[0].step(grads.parameters)
        ours[1].step(copies)
        assert all(map(np.array_equal, before, grads.parameters))  # the gradients stay the caller's
        assert all(map(np.array_equal, before, copies))
    for one, other, peer in zip(nets[0].parameters, nets[1].parameters, peers, strict=True):
        np.testing.assert_allclose(one, peer.detach().numpy(), rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_arrays_of_one_block_in_another_order_are_not_mistaken_for_it():
    block = np.zeros(6)
    first, second = block[:3], block[3:]
    bp.SGD([second, first], lr=1.0).step(consecutive(np.arange(6.0), cuts([(3,), (3,)])))
    assert block.tolist() == [-3, -4, -5, 0, -1, -2]


def loose(sizes):
    """The same parameters, each array on its own."""
    net = bp.mlp(sizes, rng=0)
    return zip(net.beta, net.omega, strict=True)


def test_what_does_not_fit_is_named():
    net = bp.mlp([2, 1], rng=0)
    with pytest.raises(ValueError, match="gradients do not fit the parameters"):
        bp.SGD(net.parameters, lr=0.1).step(net.parameters[::-1])
    with pytest.raises(ValueError, match="lr is -1, expected a number that is not negative"):
        bp.SGD(net.parameters, lr=-1)
