"""How strongly variables vote. Owns the measures of votes; refuses to sum or to change them."""

import numpy as np

from tprog.ir import CategoricalVotes, Classifier, Votes


def swing(vote: Votes, masked: tuple[int, ...] = ()) -> int:
    """Return the most that one variable can move one label against another; 0 where its value cannot matter.

    For a categorical variable this is the largest change of a difference between two labels' votes over all pairs of
    values; for a numerical variable the largest difference between two labels' votes for one unit.

    Args:
        vote: the variable's votes.
        masked: labels that cannot be predicted, which do not count.
    """
    if isinstance(vote, CategoricalVotes):
        weights = np.delete(np.array(vote.weights, dtype=np.int64), masked, axis=1)
        return max(
            (
                int(np.ptp(weights - weights[:, label : label + 1], axis=0).max())
                for label in range(weights.shape[1])
            ),
            default=0,
        )
    unmasked = [weight for label, weight in enumerate(vote.weights) if label not in masked]
    return max(unmasked) - min(unmasked)


def swings(classifier: Classifier) -> dict[int, int]:
    """Return the swing of every variable that votes, in the order of the votes."""
    return {vote.variable: swing(vote, classifier.masked) for vote in classifier.votes}
