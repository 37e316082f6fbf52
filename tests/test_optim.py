"""Optimizers, schedules and clipping: parameter by parameter as PyTorch's, in one block or not, stopped and resumed."""

import copy
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimizer_runs import (
    COMBINATIONS,
    MAX_NORM,
    SHAPES,
    STEPS,
    STORED,
    by_bpkit,
    by_torch,
    first,
    go_on,
    gradient,
    made,
    summary,
)

import bpkit as bp
from bpkit.networks.block import Block, consecutive_places
from bpkit.optim import optimizer as optimizer_module
from bpkit.optim import total_norm

OPTIMIZERS = [
    (bp.SGD, {"lr": 0.001}),
    (bp.SGD, {"lr": 0.001, "momentum": 0.9, "weight_decay": 0.01}),
    (bp.SGD, {"lr": 0.001, "momentum": 0.9, "nesterov": True}),
    (bp.Adam, {"lr": 0.001, "weight_decay": 0.01}),
    (bp.AdamW, {"lr": 0.001}),
]

SOME = dict(list(COMBINATIONS.items())[::5])  # has all values of all options, and most pairs of them


# ---- against PyTorch -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW"])
def test_every_parameter_after_each_of_100_steps_is_pytorchs_for_every_combination(kind):
    pytest.importorskip("torch")
    for name, combination in COMBINATIONS.items():
        if combination[0] == kind:
            np.testing.assert_allclose(by_bpkit(name), by_torch(name), rtol=0, atol=1e-12, err_msg=name)


def test_every_combination_ends_where_pytorch_ended_when_it_was_stored():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    for name, expected in zip(COMBINATIONS, stored, strict=True):
        assert summary(by_bpkit(name)) == pytest.approx(expected, rel=0, abs=1e-12), name


def test_the_runs_clip_some_gradients_and_not_others():
    norms = [total_norm([gradient(t, i, phi) for i, phi in enumerate(first())]) for t in range(6)]
    assert min(norms) < MAX_NORM < max(norms)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
@pytest.mark.parametrize("sizes", [[5, 4, 3], [300, 300, 2]])  # the second is more than one piece
@pytest.mark.parametrize("split", [False, True])
def test_a_network_learns_as_in_pytorch(kind, options, sizes, split):
    torch = pytest.importorskip("torch")
    nets = bp.mlp(sizes, rng=0), bp.Network([bp.Linear.of(b.copy(), o.copy()) for b, o in loose(sizes)])
    assert Block.around(nets[0].parameters) is not None
    assert Block.around(nets[1].parameters) is None
    peers = [torch.tensor(p.copy(), requires_grad=True) for p in nets[0].parameters]
    special = {"lr": 0.0005, "weight_decay": 0.0} if split else {}
    by_torch = getattr(torch.optim, kind.__name__)(
        [{"params": peers[::2], **special}, {"params": peers[1::2]}], **options
    )
    ours = [kind(net.parameters, **options, groups=[(net.beta, special)] if split else ()) for net in nets]
    rng = np.random.default_rng(1)
    for _ in range(10):
        x = rng.normal(size=(sizes[0], 3))
        _, grads = bp.backprop(nets[0], bp.LeastSquares("mean"), x, np.ones((sizes[-1], 3)))
        copies = [g.copy() for g in grads.parameters]
        for peer, g in zip(peers, copies, strict=True):
            peer.grad = torch.tensor(g)
        by_torch.step()
        ours[0].step(grads.parameters)
        ours[1].step(copies)
    for one, other, peer in zip(nets[0].parameters, nets[1].parameters, peers, strict=True):
        np.testing.assert_allclose(one, peer.detach().numpy(), rtol=0, atol=1e-12)
        np.testing.assert_array_equal(one, other)


def loose(sizes):
    """The same parameters, each array on its own."""
    net = bp.mlp(sizes, rng=0)
    return zip(net.beta, net.omega, strict=True)


@pytest.mark.parametrize("name", ["StepLR", "CosineAnnealingLR"])
def test_rates_are_pytorchs_past_the_end_and_after_a_change_by_hand(name):
    torch = pytest.importorskip("torch")
    options = {"step_size": 3, "gamma": 0.5} if name == "StepLR" else {"T_max": 5, "eta_min": 0.01}
    ours, theirs = bp.SGD([np.zeros(1)], lr=0.1), torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = getattr(bp, name)(ours, **options)
    scheduler = getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    for epoch in range(23):
        schedule.step()
        theirs.step()  # or PyTorch warns
        scheduler.step()
        assert ours.lr == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-12)
        if epoch == 6:
            ours.lr = theirs.param_groups[0]["lr"] = 0.07


# ---- formulas and their limits ---------------------------------------------------------------------------------------


@given(st.integers(1, 50), st.floats(0.001, 1), st.floats(0, 0.001))
def test_the_cosine_is_the_closed_form(T_max, lr, eta_min):
    optimizer = bp.SGD([np.zeros(1)], lr=lr)
    schedule = bp.CosineAnnealingLR(optimizer, T_max, eta_min)
    for t in range(1, 4 * T_max):
        schedule.step()
        closed = eta_min + (lr - eta_min) * (1 + math.cos(math.pi * t / T_max)) / 2
        assert optimizer.lr == pytest.approx(closed, rel=1e-9, abs=1e-12)


def test_figure_7_8_halves_every_ten_epochs():
    optimizer = bp.SGD([np.zeros(1)], lr=0.1)
    schedule = bp.StepLR(optimizer, step_size=10, gamma=0.5)
    rates = []
    for _ in range(100):
        rates.append(optimizer.lr)
        schedule.step()
    assert rates == [0.1 / 2 ** (epoch // 10) for epoch in range(100)]


@given(st.floats(-1e3, 1e3).filter(lambda g: abs(g) > 1e-3))
def test_adams_first_step_is_the_learning_rate_whatever_the_gradient(g):
    phi = np.array([0.0])
    bp.Adam([phi], lr=0.1).step([np.array([g])])
    assert phi[0] == pytest.approx(-math.copysign(0.1, g), rel=2e-5)


def test_biases_that_do_not_decay():
    net = bp.mlp([2, 3, 1], rng=0)
    for beta in net.beta:
        beta[...] = 1
    before = [omega.copy() for omega in net.omega]
    optimizer = bp.SGD(net.parameters, lr=0.1, weight_decay=0.5, groups=[(net.beta, {"weight_decay": 0})])
    optimizer.step([np.zeros_like(phi) for phi in net.parameters])
    assert all(np.all(beta == 1) for beta in net.beta)
    assert all(np.allclose(omega, 0.95 * old) for omega, old in zip(net.omega, before, strict=True))


def test_the_learning_rate_may_be_set_and_a_group_keeps_its_own():
    arrays = [np.zeros(1) for _ in range(3)]
    groups = [([arrays[0]], {"lr": 0.5}), ([arrays[1]], {"weight_decay": 0})]
    optimizer = bp.SGD(arrays, lr=0.1, groups=groups)
    optimizer.lr = 0.2
    optimizer.step([np.ones(1)] * 3)
    assert [float(phi[0]) for phi in arrays] == [-0.5, -0.2, -0.2]
    bp.StepLR(optimizer, step_size=1, gamma=0.5).step()
    assert [group.lr for group in optimizer.groups] == [0.1, 0.25, 0.1]


# ---- memory: one block or separate arrays, float32, copies -----------------------------------------------------------


def test_one_block_and_separate_arrays_agree_bit_by_bit():
    for name, combination in SOME.items():
        both = [by_bpkit(name, together) for together in (True, False)]
        # The norm of a block is added up in another order.
        np.testing.assert_allclose(*both, rtol=0, atol=1e-14 if combination[-1] else 0, err_msg=name)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
@pytest.mark.parametrize("together", [True, False])
def test_gradients_stay_the_callers(kind, options, together):
    parameters = first(together)
    gradients = [gradient(1, i, phi) for i, phi in enumerate(parameters)]
    gradients = Block.of_copies(gradients) if together else gradients
    before = [g.copy() for g in gradients]
    optimizer = kind(parameters, **options)
    for _ in range(2):
        optimizer.step(gradients)
    assert all(map(np.array_equal, before, gradients))


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_pieces_do_not_change_a_bit(kind, options, monkeypatch):
    ends = []
    for piece in (1 << 15, 7):
        monkeypatch.setattr(optimizer_module, "PIECE", piece)
        parameters = first()
        optimizer = kind(parameters, **options, groups=[(parameters[:1], {"lr": 0.1})])
        optimizer.step(Block.of_copies([gradient(1, i, phi) for i, phi in enumerate(parameters)]))
        ends.append(np.concatenate([phi.ravel() for phi in parameters]))
    assert len(optimizer._pieces) == 3  # 3 numbers; 7 of the other 8, and 1
    np.testing.assert_array_equal(*ends)


def test_arrays_of_one_block_in_another_order_are_not_mistaken_for_it():
    block = np.zeros(6)
    head, tail = block[:3], block[3:]
    bp.SGD([tail, head], lr=1.0).step(Block(np.arange(6.0), consecutive_places([(3,), (3,)])))
    assert block.tolist() == [-3, -4, -5, 0, -1, -2]


def test_float32_stays_float32():
    for name, combination in COMBINATIONS.items():
        if combination[3] is not None or combination[1].get("eps") == 1e-8:
            continue  # where √v is near 0, so small an eps magnifies roundings
        for together in (True, False):
            parameters = first(together, np.float32)
            optimizer, schedule = made(combination, parameters)
            rows = go_on(combination, parameters, optimizer, schedule, range(STEPS), np.float32)
            assert rows.dtype == np.float32
            assert all(a.dtype == np.float32 for a in (*parameters, *sum(map(tuple, optimizer._moments.values()), ())))
            np.testing.assert_allclose(rows, by_bpkit(name), rtol=0, atol=1e-5, err_msg=name)


def test_a_learning_rate_of_numpys_does_not_change_the_type_in_between():
    one, other = (np.array([1.0, 1 / 3], np.float32) for _ in range(2))
    for phi, lr in ((one, np.float64(1 / 3)), (other, 1 / 3)):
        optimizer = bp.SGD([phi], lr=1.0)
        optimizer.lr = lr
        optimizer.step([np.array([1 / 7, 1 / 9], np.float32)])
    assert one.tobytes() == other.tobytes()


def test_a_copied_optimizer_changes_the_copied_network():
    net = bp.mlp([2, 3, 1], rng=0)
    optimizer = bp.Adam(net.parameters, lr=0.1, groups=[(net.beta, {"lr": 0.01})])
    optimizer.step(net.parameters)
    twin, twins = copy.deepcopy((net, optimizer))
    before = [phi.copy() for phi in net.parameters]
    twins.step([phi.copy() for phi in net.parameters])
    assert all(map(np.array_equal, before, net.parameters))
    assert not np.array_equal(net.omega[0], twin.omega[0])
    optimizer.step([phi.copy() for phi in net.parameters])
    assert all(map(np.array_equal, net.parameters, twin.parameters))


# ---- state and restore -----------------------------------------------------------------------------------------------


def through_files(state, path):
    """Arrays through a .npz file without pickle, numbers through JSON."""
    np.savez(path, **{name: value for name, value in state.items() if isinstance(value, np.ndarray)})
    numbers = json.loads(json.dumps({k: v for k, v in state.items() if not isinstance(v, np.ndarray)}))
    with np.load(path, allow_pickle=False) as arrays:
        return numbers | dict(arrays)


def test_stopped_and_resumed_is_bit_identical(tmp_path):
    for name, combination in SOME.items():
        parameters = first()
        optimizer, schedule = made(combination, parameters)
        go_on(combination, parameters, optimizer, schedule, range(37))
        state = through_files(optimizer.state(), tmp_path / "optimizer.npz")
        others = tuple(Block.of_copies(parameters))
        resumed, rates = made(combination, others)
        if schedule is not None:
            rates.restore(through_files(schedule.state(), tmp_path / "schedule.npz"))
        resumed.restore(state)
        ends = [go_on(combination, *one, range(37, 80)) for one in ((parameters, optimizer, schedule),
                                                                   (others, resumed, rates))]  # fmt: skip
        assert ends[0].tobytes() == ends[1].tobytes(), name
        assert all(np.array_equal(value, resumed.state()[key]) for key, value in optimizer.state().items())


def test_a_schedule_made_from_decayed_rates_gets_the_first_ones_back():
    def made_and_run(epochs):
        optimizer = bp.SGD([np.zeros(1)], lr=0.1)
        schedule = bp.CosineAnnealingLR(optimizer, T_max=4)
        for _ in range(epochs):
            schedule.step()
        return optimizer, schedule

    optimizer, schedule = made_and_run(4)
    resumed = bp.SGD([np.zeros(1)], lr=0.1)
    resumed.restore(optimizer.state())
    again = bp.CosineAnnealingLR(resumed, T_max=4)
    again.restore(schedule.state())
    again.step()
    assert resumed.lr == made_and_run(5)[0].lr > 0


def test_a_state_is_a_copy():
    parameters = first()
    optimizer = bp.SGD(parameters, lr=0.1, momentum=0.9)
    state = optimizer.state()
    optimizer.step(parameters)
    assert not state["velocity_1"].any()
    optimizer.restore(state)
    state["velocity_1"] += 1
    assert not optimizer.state()["velocity_1"].any()


def adam(**options):
    return bp.Adam(first(), **options)


@pytest.mark.parametrize(
    ("other", "error", "sentence"),
    [
        (lambda: [1], TypeError, r"state is a list, expected what Adam's state\(\) returned"),
        (lambda: bp.AdamW(first(), weight_decay=0).state(), ValueError,
         r"state\['decoupled_weight_decay'\] is True, but this Adam has False: make it with the same settings"),
        (lambda: bp.SGD(first(), lr=0.1).state(), ValueError, "this Adam has 'beta1', but the state has not"),
        (lambda: adam().state() | {"third_moment_0": 1}, ValueError, "the state has 'third_moment_0', but this Adam"),
        (lambda: adam(betas=(0.5, 0.9)).state(), ValueError, r"state\['beta1'\] is 0.5, but this Adam has 0.9"),
        (lambda: adam(weight_decay=0.5).state(), ValueError, r"state\['weight_decay'\] is \[0.5\], but this"),
        (lambda: adam().state() | {"group": np.array([0, 1, 0])}, ValueError, r"state\['group'\] is \[0, 1, 0\]"),
        (lambda: adam().state() | {"first_moment_1": np.zeros((2, 3))}, ValueError,
         r"state\['first_moment_1'\] has shape \(2, 3\), expected \(3, 2\) for this Adam"),
        (lambda: bp.Adam(first(dtype=np.float32)).state(), TypeError, r"_0'\] is float32, expected float64"),
        (lambda: adam().state() | {"steps": -1}, ValueError, r"state\['steps'\] is -1, expected a whole number"),
        (lambda: adam().state() | {"steps": 1.5}, TypeError, r"state\['steps'\] is float64, expected int64"),
        (lambda: adam().state() | {"lr": np.array([-1.0])}, ValueError, r"state\['lr'\] is -1.0, expected a number th"),
        (lambda: adam().state() | {"lr": np.array([np.nan])}, ValueError, r"state\['lr'\] holds nan"),
        (lambda: adam().state() | {"lr": [[1], [1, 2]]}, TypeError, r"state\['lr'\] is a list whose rows differ"),
        (lambda: adam().state() | {"lr": "__import__('os')"}, TypeError, r"state\['lr'\] is <U16, expected float64"),
    ],
)  # fmt: skip
def test_a_state_that_does_not_fit_is_refused_whole(other, error, sentence):
    optimizer = adam()
    optimizer.step(first())
    before = optimizer.state()
    with pytest.raises(error, match=sentence):
        optimizer.restore(other())
    assert all(np.array_equal(value, optimizer.state()[name]) for name, value in before.items())


def test_a_schedules_state_that_does_not_fit_is_refused_whole():
    schedule = bp.StepLR(adam(), step_size=3, gamma=0.5)
    with pytest.raises(ValueError, match=r"state\['gamma'\] is 0.1, but this StepLR has 0.5"):
        schedule.restore(bp.StepLR(adam(), step_size=3).state())
    with pytest.raises(ValueError, match="the state has 'T_max', but this StepLR has not"):
        schedule.restore(bp.CosineAnnealingLR(adam(), T_max=3).state())
    with pytest.raises(ValueError, match=r"state\['first_lr'\] is -1.0, expected"):
        schedule.restore(schedule.state() | {"steps": 7, "first_lr": np.array([-1.0])})
    assert schedule.steps == 0


# ---- clipping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("max_norm", "length"), [(5.0, 5 * (5 / (5 + 1e-6))), (1.0, 1 * (5 / (5 + 1e-6))), (0.0, 0.0)])
def test_clipping_at_and_above_the_threshold(together, max_norm, length):
    gradients = [np.array([[3.0], [0.0]]), np.array([4.0])]
    gradients = Block.of_copies(gradients) if together else gradients
    clipped = bp.clip_grad_norm(gradients, max_norm)
    assert total_norm(clipped) == pytest.approx(length, rel=1e-15, abs=0)
    assert [g.tolist() for g in gradients] == [[[3.0], [0.0]], [4.0]]  # they stay the caller's
    assert [g.shape for g in clipped] == [(2, 1), (1,)]
    assert clipped[0][0, 0] * 4 == pytest.approx(clipped[1][0] * 3, rel=1e-15)
    assert (Block.around(clipped) is None) is not together


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.floats(1e-3, 1e6))
def test_clipping_never_makes_longer_and_leaves_short_ones_alone(numbers, max_norm):
    gradients = [np.array([number]) for number in numbers]
    clipped = bp.clip_grad_norm(gradients, max_norm)
    assert total_norm(clipped) <= max_norm * (1 + 1e-14)
    if total_norm(gradients) <= max_norm - 2e-6:
        assert clipped is gradients


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_norm_whose_squares_overflow(dtype):
    huge = np.finfo(dtype).max / 8
    gradients = [np.array([3 * huge], dtype), np.array([-4 * huge], dtype)]
    clipped = bp.clip_grad_norm(gradients, 1.0)
    np.testing.assert_allclose(clipped, [[0.6], [-0.8]], rtol=1e-6)
    assert clipped[0].dtype == dtype


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("numbers", "dtype"),
    [
        ([3e-200, 4e-200], float), ([1e-200, 0.0, -2.5e-199], float), ([5e-324, -1e-323], float),
        ([3e-30, 4e-30], np.float32), ([1e-44, -3e-42], np.float32), ([3e30, 4e30], np.float32),
        ([1e-4, -3e-4], np.float16), ([6e-8, 1e-5], np.float16), ([3e3, 6e4], np.float16), ([1.0, 1e-200], float),
    ],
)  # fmt: skip
def test_the_norm_of_numbers_whose_squares_underflow(numbers, dtype, together):
    gradients = [np.array([number], dtype) for number in numbers]
    norm = math.hypot(*(float(g[0]) for g in gradients))
    found = total_norm(Block.of_copies(gradients) if together else gradients)
    assert found == pytest.approx(norm, rel=4 * float(np.finfo(dtype).eps), abs=0 if norm > 1e-300 else 5e-324)


@pytest.mark.parametrize(("number", "dtype"), [(7e-23, np.float32), (3e-162, float)])
def test_many_squares_that_are_rounded_coarsely_do_not_spoil_their_sum(number, dtype):
    gradients = [np.full(3_000_000, number, dtype)]
    norm = math.sqrt(3_000_000) * float(gradients[0][0])
    assert total_norm(gradients) == pytest.approx(norm, rel=1e-5, abs=0)


@pytest.mark.parametrize("size", [1e-200, 1e-150, 1.0, 1e200])
def test_the_norm_of_gradients_of_several_types(size):
    gradients = [np.array([1e-30, 2e-30], np.float32), np.array([[3 * size]]), np.array([1e-4, 6e4], np.float16)]
    for some in (gradients, gradients[:2], gradients[1:], [gradients[0] * 0, gradients[1]]):
        squares = sum(np.sum(g.astype(np.longdouble) ** 2) for g in some)
        assert total_norm(some) == pytest.approx(float(np.sqrt(squares)), rel=4e-3 if len(some) > 2 else 2e-3, abs=0)


def test_clipping_is_pytorchs():
    torch = pytest.importorskip("torch")
    for max_norm in (0.0, 1.0, 5.0, 5.000001, 5.1):
        gradients = [np.array([3.0]), np.array([4.0])]
        peers = [torch.zeros(1, dtype=torch.float64, requires_grad=True) for _ in gradients]
        for peer, g in zip(peers, gradients, strict=True):
            peer.grad = torch.tensor(g.copy())
        norm = torch.nn.utils.clip_grad_norm_(peers, max_norm)
        assert total_norm(gradients) == pytest.approx(norm.item(), rel=1e-15)
        for peer, g in zip(peers, bp.clip_grad_norm(gradients, max_norm), strict=True):
            np.testing.assert_allclose(g, peer.grad.numpy(), rtol=1e-15)


# ---- bad input -------------------------------------------------------------------------------------------------------

BETA, OMEGA = np.zeros((2, 1)), np.zeros((2, 3))


def sgd(**options):
    return bp.SGD([BETA, OMEGA], **({"lr": 0.1} | options))


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: sgd(lr=-1), ValueError, "lr is -1, expected a number that is not negative"),
        (lambda: sgd(lr=math.nan), ValueError, "lr holds nan"),
        (lambda: sgd(lr="0.1"), TypeError, "lr is str '0.1', expected real numbers"),
        (lambda: sgd(momentum=-1), ValueError, "momentum is -1, expected a number that is not negative"),
        (lambda: sgd(weight_decay=-1), ValueError, "weight_decay is -1, expected a number that is not negative"),
        (lambda: sgd(nesterov=True), ValueError, "nesterov is True, but momentum is 0: pass a momentum, such as"),
        (lambda: sgd(nesterov="no", momentum=0.9), TypeError, "nesterov is 'no', expected True or False"),
        (lambda: setattr(sgd(), "lr", -1), ValueError, "lr is -1, expected a number that is not negative"),
        (lambda: bp.SGD(bp.mlp([2, 1], rng=0), 0.1), TypeError, "parameters is a Network, .*mean net.parameters?"),
        (lambda: bp.SGD(BETA, 0.1), TypeError, r"parameters is one array of shape \(2, 1\), .*did you mean \[phi\]?"),
        (lambda: bp.SGD([], 0.1), ValueError, "parameters is empty"),
        (lambda: bp.SGD([np.zeros(2, int)], 0.1), TypeError, r"parameters\[0\] is int64, expected an array of a float"),
        (lambda: bp.SGD([BETA, 1.0], 0.1), TypeError, r"parameters\[1\] is float, expected an array"),
        (lambda: bp.SGD([np.broadcast_to(0.0, 3)], 0.1), ValueError, r"parameters\[0\] must not be written to"),
        (lambda: bp.SGD([BETA, BETA], 0.1), ValueError, "parameters names an array twice"),
        (lambda: sgd(groups=[{"params": [BETA]}]), TypeError, r"groups\[0\] is not a pair of arrays and options"),
        (lambda: sgd(groups=[(BETA, {"lr": 1})]), TypeError, r"groups\[0\] is not a pair of arrays and options"),
        (lambda: sgd(groups=[([BETA.copy()], {"lr": 1})]), ValueError,
         r"groups\[0\] has an array of shape \(2, 1\) that is not among the parameters: pass the arrays themselves"),
        (lambda: sgd(groups=[([BETA], {"lr": 1}), ([BETA], {"lr": 2})]), ValueError, r"groups\[1\] has an array .*alr"),
        (lambda: sgd(groups=[([BETA], {"momentum": 1})]), ValueError, r"groups\[0\] has the option 'momentum', expect"),
        (lambda: sgd(groups=[([BETA], {"lr": -1})]), ValueError, r"groups\[0\]: lr is -1, expected a number that is"),
        (lambda: sgd().step([OMEGA, BETA]), ValueError, "gradients do not fit the parameters"),
        (lambda: sgd().step([BETA]), ValueError, "gradients do not fit the parameters"),
        (lambda: sgd().step([BETA, OMEGA.astype(np.float32)]), ValueError, "of the same network, of the same dtype?"),
        (lambda: sgd().step(bp.Gradients((), (), ())), TypeError, "gradients is a Gradients, .*: grads.parameters"),
        (lambda: sgd().step([0.0, 0.0]), TypeError, "gradients is a list of other things than arrays"),
        (lambda: bp.Adam([BETA], betas=0.9), TypeError, "betas is 0.9, expected a pair of numbers such as"),
        (lambda: bp.Adam([BETA], betas=(0.9, 1)), ValueError, r"betas\[1\] is 1, expected .* at least 0 and below 1"),
        (lambda: bp.Adam([BETA], betas=(-0.1, 0.9)), ValueError, r"betas\[0\] is -0.1, expected a number of at least"),
        (lambda: bp.AdamW([BETA], eps=0), ValueError, "eps is 0, expected a positive number: without it, a gradient"),
        (lambda: bp.StepLR([BETA], 10), TypeError, r"optimizer is a list, expected one such as bp.SGD\(…\)"),
        (lambda: bp.StepLR(sgd(), 0), ValueError, "step_size is 0, expected a whole number of at least 1"),
        (lambda: bp.StepLR(sgd(), 10, -0.5), ValueError, "gamma is -0.5, expected a number that is not negative"),
        (lambda: bp.CosineAnnealingLR(sgd(), 1.5), TypeError, "T_max is float 1.5, expected a whole number"),
        (lambda: bp.CosineAnnealingLR(sgd(), 5, -1), ValueError, "eta_min is -1, expected a number that is not neg"),
        (lambda: bp.clip_grad_norm([BETA], -1), ValueError, "max_norm is -1, expected a number that is not negative"),
        (lambda: bp.clip_grad_norm(BETA, 1), TypeError, "gradients is a ndarray, expected a list or tuple of arrays"),
        (lambda: total_norm([BETA, [1.0]]), TypeError, "gradients is a list, expected a list or tuple of arrays"),
        (lambda: bp.clip_grad_norm([np.array([1, np.nan])], 1), ValueError, "gradients hold NaN or infinity, so they"),
        (lambda: total_norm([np.array([np.inf])]), ValueError, "gradients hold NaN or infinity, so they have no norm"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_in_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert [BETA.shape, OMEGA.shape] == [SHAPES[2], (2, 3)]
    assert not BETA.any()


@pytest.mark.parametrize("other", [{"sizes": [3, 5, 2]}, {"sizes": [3, 4, 2], "dtype": np.float32}])
def test_gradients_of_another_network_are_refused_even_after_some_that_fit(other):
    def gradients(net):
        return bp.backprop(net, bp.LeastSquares(), np.ones((3, 1), net.dtype), np.ones((2, 1), net.dtype))[1].parameters

    net = bp.mlp([3, 4, 2], rng=0)
    optimizer = bp.SGD(net.parameters, lr=0.1)
    optimizer.step(gradients(net))
    before = [array.copy() for array in net.parameters]
    with pytest.raises(ValueError, match="gradients do not fit the parameters"):
        optimizer.step(gradients(bp.mlp(**other, rng=0)))
    assert all(map(np.array_equal, net.parameters, before))
    optimizer.step(gradients(bp.mlp([3, 4, 2], rng=1)))
    assert not np.array_equal(net.parameters[0], before[0]), "another network of the same shapes will do"
