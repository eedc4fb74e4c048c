# SPDX-License-Identifier: Apache-2.0
"""Training goes on where it was stopped, and learns."""
import copy

import torch
from support import BYTES, Data, branches, st


def quiet(text):
    pass


def test_resumed_training_is_the_same(tmp_path):
    data = Data(128)
    whole, first = branches(), branches()
    for model in (whole, first):
        st.gate_(model, st.ChannelGating(), skip=["short*"])
        st.quantise_(model, input=BYTES)
    second = copy.deepcopy(first)
    file = str(tmp_path / "state.pt")
    st.train(whole, data, 3, batch=32, seed=7, say=quiet)

    class Killed(Exception):
        pass

    def kill(model, data):
        kill.epochs += 1
        if kill.epochs == 3:
            raise Killed
        return {}
    kill.epochs = 0
    try:
        st.train(first, data, 3, batch=32, seed=7, log=[kill], checkpoint=file, say=quiet)
    except Killed:
        pass
    rows = st.train(second, data, 3, batch=32, seed=7, checkpoint=file, say=quiet)
    assert [row["epoch"] for row in rows] == [3]
    for name, value in whole.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


def test_a_network_learns_with_gates_and_few_bits():
    data = Data(512)
    model = branches()
    st.gate_(model, st.ChannelGating(block=4), skip=["short*", "mixed*"])
    st.quantise_(model, weights=4, activations=4, skip=["stem.0", "last"], input=BYTES)
    rows = st.train(model, data, 4, rate=0.05, batch=32, test=data, say=quiet)
    assert rows[-1]["loss"] < rows[0]["loss"]
    assert st.accuracy(model, data) > 80


def test_any_dataset_will_do():
    data = Data(64)
    pairs = torch.utils.data.TensorDataset(data.real(0, 64), data.labels)
    model = branches()
    st.quantise_(model, input=None)
    rows = st.train(model, pairs, 1, batch=16, test=pairs, say=quiet)
    assert 0 <= rows[0]["accuracy"] <= 100


def test_distillation_has_the_answer_of_the_teacher_as_its_goal():
    data, teacher = Data(64), branches().eval()
    x, y = data.real(0, 16), data.labels[:16]
    loss = st.Distilled(teacher, share=1.0)
    assert abs(loss(teacher, x, y).item()) < 1e-5
    assert loss(branches(seed=9).eval(), x, y).item() > 1e-3
