"""Writes learning_rates.json: the learning rate at every step of PyTorch's schedulers.

Made with Debian's PyTorch 1.13.1 (which calls itself 1.13.0a0). Run by hand when a case is added; the tests only read
the file.
"""
import json
import pathlib

import torch

EPOCHS, STEPS_PER_EPOCH, RATE = 10, 5, 0.02
WARM_UP = 7  # steps: 1.4 epochs


def rates(make, every_step):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
    schedule = make(optimizer)
    seen = []
    for _ in range(EPOCHS):
        for _ in range(STEPS_PER_EPOCH):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if every_step:
                schedule.step()
        if not every_step:
            schedule.step()
    return seen


def warm_up_cosine(optimizer):
    """Straight up for WARM_UP steps from 1 / (WARM_UP + 1), then a cosine over what is left."""
    schedulers = torch.optim.lr_scheduler
    rise = schedulers.LinearLR(optimizer, start_factor=1 / (WARM_UP + 1), total_iters=WARM_UP)
    fall = schedulers.CosineAnnealingLR(optimizer, T_max=EPOCHS * STEPS_PER_EPOCH - WARM_UP)
    return schedulers.SequentialLR(optimizer, [rise, fall], [WARM_UP])


def plateau():
    """Rate of each epoch. PyTorch reduces when more than `patience` epochs were bad, Keras and we when that many were.
    """
    losses = [
        1.0,
        0.9,
        0.9,
        0.95,
        0.8,
        0.85,
        0.81,
        0.8,
        0.79,
        0.79,
        0.795,
        0.7,
        0.71,
        0.72,
        0.73,
        0.74,
        0.6,
        0.6,
        0.6,
        0.6,
    ]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=1, threshold=0)
    rates = []
    for loss in losses:
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step(loss)
    return {"losses": losses, "rates": rates}


def warm_up_one_cycle(optimizer):
    """The same rise, then one cycle over what is left."""
    schedulers = torch.optim.lr_scheduler
    total = EPOCHS * STEPS_PER_EPOCH - WARM_UP
    fall = schedulers.OneCycleLR(
        torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE), RATE, total_steps=total, cycle_momentum=False
    )
    rates = []
    for _ in range(total):
        rates.append(fall.optimizer.param_groups[0]["lr"])
        fall.optimizer.step()
        if len(rates) < total:
            fall.step()
    return schedulers.LambdaLR(
        optimizer,
        lambda step: (step + 1) / (WARM_UP + 1) if step < WARM_UP else rates[min(step - WARM_UP, total - 1)] / RATE,
    )


def main():
    schedulers = torch.optim.lr_scheduler
    document = {
        "torch": torch.__version__,
        "epochs": EPOCHS,
        "steps_per_epoch": STEPS_PER_EPOCH,
        "rate": RATE,
        "constant": rates(lambda optimizer: schedulers.LambdaLR(optimizer, lambda _: 1.0), True),
        "cosine": rates(
            lambda optimizer: schedulers.CosineAnnealingLR(optimizer, T_max=EPOCHS * STEPS_PER_EPOCH), True
        ),
        "one-cycle": rates(
            lambda optimizer: schedulers.OneCycleLR(
                optimizer, RATE, total_steps=EPOCHS * STEPS_PER_EPOCH, cycle_momentum=False
            ),
            True,
        ),
        "warm-up-one-cycle": rates(warm_up_one_cycle, True),
        "plateau": plateau(),
        "warm-up-cosine": rates(warm_up_cosine, True),
        "step": rates(lambda optimizer: schedulers.StepLR(optimizer, step_size=2, gamma=0.3), False),
    }
    path = pathlib.Path(__file__).with_name("learning_rates.json")
    path.write_text(json.dumps(document, indent=1) + "\n")


main()
