"""Decides whether a few words are one or more names."""

from __future__ import annotations

from worker.residue.rules import word_set

FEW_WORDS = 3

# Lower-case words that occur between names.
_SMALL_WORDS = word_set("""
    a an and at by de del della der di du e el en et for from i in la las le les los of on or the und van via von
    with y auf editing additional writing reporting courtesy file photo photos image images picture alliance special
    to behalf agencies dpa afp imago da das do dos w we ze z od dla für het ter illustratie photographer staff
    handout redactie redaktion redazione redação redaksjonen redaktionen oprac red c/o zu zur im am internacionales
    internacionais internationales internazionali для з за із по og och fra från på til
""")


def are_names(text: str) -> bool:
    """Whether every word could be part of a name: only small words are in lower case. Scripts without case pass."""
    if len(text) == 1:
        return not text.islower()
    words = [word.strip(".,;:()/|") for word in text.split()]
    if words and len(words) <= FEW_WORDS and not words[0].islower():  # `Дирекция парка`
        return True
    return all(not word.islower() or word in _SMALL_WORDS or "/" in word or "." in word for word in words)
