# %% setup
import numpy as np
import matplotlib.pyplot as plt

# %%
rates = {"small": 0.01, "large": 0.02}

# %% solution="Account"
class InsufficientFunds(ValueError):
    """There is not enough money in the account."""


class Account:
    """A bank account."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = [balance]

    def deposit(self, amount):
        """Add money; return the new balance. A negative amount is a ValueError."""
        ### BEGIN SOLUTION
        if amount < 0:
            raise ValueError("an amount is not negative")
        self.balance += amount
        self.history.append(self.balance)
        return self.balance
        ### END SOLUTION

    def withdraw(self, amount):
        """Take money; InsufficientFunds if there is not enough."""
        ### BEGIN SOLUTION
        if amount > self.balance:
            raise InsufficientFunds(f"only {self.balance} left")
        self.balance -= amount
        self.history.append(self.balance)
        return self.balance
        ### END SOLUTION

    def __eq__(self, other):
        """Accounts with the same owner and balance are equal."""
        ### BEGIN SOLUTION
        return (self.owner, self.balance) == (other.owner, other.balance)
        ### END SOLUTION

    def __len__(self):
        return len(self.history)

# %% test="money in and out" points=3
### BEGIN HIDDEN TESTS
account = Account("Ada", 10)
assert account.deposit(5) == 15, "The balance after a deposit is wrong."
assert account.withdraw(7) == 8, "The balance after a withdrawal is wrong."
assert account.balance == 8 and account.owner == "Ada", "The attributes are wrong."
account.balance = 100
assert account.withdraw(1) == 99, "The attribute balance is not what counts."
assert len(account) == 4, "The history has the wrong length."
### END HIDDEN TESTS

# %% test="what is refused" points=2
### BEGIN HIDDEN TESTS
poor = Account("Bo", 1)
try:
    poor.withdraw(2)
except InsufficientFunds as error:
    assert isinstance(error, ValueError), "InsufficientFunds is a ValueError."
else:
    raise AssertionError("More was taken than there was.")
try:
    poor.deposit(-1)
except ValueError:
    pass
else:
    raise AssertionError("A negative deposit was accepted.")
### END HIDDEN TESTS

# %% test="equality" points=2
### BEGIN HIDDEN TESTS
assert Account("Ada", 3) == Account("Ada", 3), "Equal accounts are not equal."
assert not Account("Ada", 3) == Account("Ada", 4), "Different accounts are equal."
assert isinstance(Account("Ada"), Account), "The class makes something else."
### END HIDDEN TESTS

# %% solution="transfer"
def transfer(giver, taker, amount):
    """Move money from one account to another and return both balances."""
    ### BEGIN SOLUTION
    giver.withdraw(amount)
    taker.deposit(amount)
    return giver.balance, taker.balance
    ### END SOLUTION

# %% test="between two accounts" points=3
### BEGIN HIDDEN TESTS
one, two = Account("Ada", 10), Account("Bo", 1)
assert transfer(one, two, 4) == (6, 5), "The balances are wrong."
assert one.balance == 6 and two.balance == 5, "The accounts themselves are not changed."
### END HIDDEN TESTS

# %% solution="walk"
def walk(steps):
    """Return a random walk with steps of -1 or 1, as an array."""
    ### BEGIN SOLUTION
    return np.cumsum(np.random.choice([-1, 1], size=steps))
    ### END SOLUTION

# %% test="steps of one" points=2
### BEGIN HIDDEN TESTS
path = walk(200)
assert path.shape == (200,), "The shape is wrong."
assert set(np.abs(np.diff(path))) == {1}, "A step is not 1 long."
assert not np.array_equal(walk(200), walk(200)), "Two walks are the same."
### END HIDDEN TESTS

# %% solution="plot_history"
def plot_history(values):
    """Draw the values as a line with labels on both axes; return the Axes."""
    ### BEGIN SOLUTION
    fig, ax = plt.subplots()
    ax.plot(range(len(values)), values, label="balance")
    ax.set_xlabel("step")
    ax.set_ylabel("balance")
    ax.legend()
    return ax
    ### END SOLUTION

# %% test="the line" points=2
### BEGIN HIDDEN TESTS
ax = plot_history([1, 4, 2])
lines = ax.get_lines()
assert len(lines) == 1, "There is not one line."
assert list(lines[0].get_ydata()) == [1, 4, 2], "The line shows something else."
### END HIDDEN TESTS

# %% test="labels" points=1
### BEGIN HIDDEN TESTS
plot_history([1, 4, 2])
shown = plt.gcf().axes[0]
assert shown.get_xlabel() and shown.get_ylabel(), "An axis has no label."
### END HIDDEN TESTS

# %% manual="discuss" points=5
Which of the two designs would you choose, and why?
### BEGIN SOLUTION
The first.
### END SOLUTION
