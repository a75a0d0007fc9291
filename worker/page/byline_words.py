"""The words around the names in bylines: labels before them, roles and agencies after them, and words of no name."""

from __future__ import annotations

import re
from typing import Final

BEFORE_NAMES: Final = (
    r"(?:this (?:post|article|story) was )?(?:(?:words |post )?written|posted|published|authored|created|compiled|"
    r"words|text|story|article|recipe|report|review|interview) by|by|words|authors?|"
    r"autor(?:[:*]?in(?:nen)?|es|a|em)?|auteurs?|autore|"
    r"text|texto|texte|testo|interview|artikel von|ein artikel von|verfasst von|geschrieben von|erstellt von|"
    r"(?:ein )?(?:(?:gast)?kommentar|gastbeitrag|bericht|analyse|reportage) von|a (?:comment|review|report) by|"
    r"propos recueillis par|door onze (?:redacteur|verslaggever|correspondent)|haber|írta|oleh|"
    r"veröffentlicht von|(?:écrit|publié) par|(?:escrito|publicado) por|scritto da|a cura di|автор|текст|автори|"
    r"da[li](?:la)? nostr[aio] (?:inviat|corrispondent)[aeio]|"
    r"de (?:notre|nos) (?:envoyé|correspondant)\w*(?: spécia\w+)?|"
    r"(?:onze|door onze) (?:redacteur|verslaggever|correspondent)|γράφ(?:ει|ουν) (?:ο|η|οι)|oprac\.?|opracował[aio]?|"
    r"(?:skriven|skrevet|tekst) av|(?:skrevet|tekst) af|ditulis oleh|bởi|โดย|เขียนโดย|بقلم|به قلم|מאת"
)
"""The labels before names, in lower case, with or without a colon."""
LABELS: Final = (
    r"teksti|tekst|kirjoittaja|szerző|szöveg|penulis|reporter|yazar|muhabir|tác giả|συντάκτης|συντάκτρια|ρεπορτάζ|"
    r"κείμενο|كتبت?|إعداد|نویسنده|گزارش|تحریر|लेखक|लेखिका|द्वारा|रिपोर्ट|লেখক|ผู้เขียน|журналист|подготовила?|skribent|"
    r"rédaction|redaktion|redacción|redazione|reportage|autorstwo|besedilo|napsala?|napísala?"
)
"""Labels that are also words of a sentence, so that a colon or a dash must follow."""
ROLE: Final = re.compile(
    r"^(?:the|der|die|das|les?|la|el|los|las|il)\s|"
    r"\b(?:editors?|reporters?|correspondents?|writers?|staff|columnists?|contributors?|bureau|team|desk|newsroom|news|"
    r"redaktion|redakteur(?:in)?|korrespondent(?:in)?|rédaction|redacción|redazione|press|agency|magazine|media|"
    r"gmbh|inc|llc|ltd|group|association|foundation|society|university|institute?)\b",
    re.IGNORECASE,
)
# In text that a page shows, more words than these follow a name or look like one.
MONTHS: Final = (
    r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|ene|abr|ago|dic|janv|févr|avr|juil|août|"
    r"déc|january|february|march|april|june|july|august|september|october|november|december|januar|februar|märz|juni|"
    r"juli|oktober|dezember)"
)
AFTER_NAME: Final = re.compile(
    rf"[,.]?\s{MONTHS}\.?\s\d|,?\s(?:le|el|il|den|op|em|dne|dnia|la)\s\d|\s?[•·|–—(\[@\d/]|\s-\s|"
    r"[,.]?\s(?:on|at|in|for|am|für|with|avec|mit|updated|published|posted|says|writes|veröffentlicht|aktualisiert|erstellt|"
    r"actualizado|publicado|publié|mis à jour)(?=\s|:|\Z)",
    re.IGNORECASE,
)
OTHER_LABEL: Final = re.compile(
    r"(?:medically |fact[- ]|expert |tech )?"
    r"(?:reviewed|edited|checked|verified|approved|translated|illustrated|photograph\w*|filed)\b|"
    r"(?:photo|image|picture|illustration|art|foto|bild|video|übersetz|grafik|in collaboration)\w*\b|"
    r"more (?:from|by)|latest|about the",
    re.IGNORECASE,
)
NO_PERSON: Final = re.compile(  # without words that are also names: May, More, Read, Post, Head
    r"\b(?:directors?|managers?|founders?|officers?|specialists?|experts?|heads|analysts?|consultants?|"
    r"coordinators?|producers?|photographers?|strategists?|engineers?|professors?|students?|interns?|guests|posts|"
    r"articles?|blogs?|min|minutes?|share|follow|subscribe|view|profile|about|contact|our|your|by|the|older|newer|"
    r"read (?:more|next)|"
    r"buying|updated|published|last|finance|health|business|sports?|politics|opinion|technology|marketing|group|inc|"
    r"llc|gmbh|university|institute|foundation|association|society|center|centre|council|committee|company|forum|"
    r"journalism|grader|official|makers?|seminars?|tips|digital|facebook|linkedin|twitter|email|video|privacy|"
    r"program|guides?|studio|january|february|september|october|november|december|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|januar|februar|märz|juni|juli|oktober|dezember|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag|uhr|leser|lesezeit|wortlaut|release|live|pressemitteilung|meldung|thema|aktuell|quotes)\b",
    re.IGNORECASE,
)
AGENCIES: Final = (
    r"(?:(?i:(?:the )?associated press|reuters|bloomberg)|AP|AFP|[dD][pP][aA]|EFE|ANSA|APA|PAP|ERBOL|BBC(?: [nN]ews)?|"
    r"CNN|STT|NTB|ČTK|TASR|MTI|ANP|DHA|İHA|ΑΠΕ(?:-ΜΠΕ)?|PTI|IANS|ТАСС|РИА Новости|УНИАН|Lusa|LUSA|Belga|Ritzau|Xinhua|"
    r"Yonhap|Agerpres|Tanjug|Hina|SID|KNA|epd|Keystone-SDA)"
)
AGENCY: Final = re.compile(rf"(?<![\s,/])[\s,/]++\(?{AGENCIES}\b.*")
CREDIT: Final = re.compile(
    rf"[,/(]\s?\(?{AGENCIES}\)?\Z|"
    r",\s(?i:envoyée? spéciale?|correspondante?|enviad[ao] especial|corresponsal|da redação|redacteur|redakteur(?:in)?|"
    r"verslaggever|inviat[ao]|korespondent(?:ka)?|muhabir)\b[^.!?:]{0,30}\Z"
)
"""An agency or a reporter's role at the end of a line. What precedes it is a byline even without a label."""
ROLE_AFTER: Final = re.compile(
    r"\s(?:(?:Senior|Chief|Political|Business|Sports) )?"
    r"(?:Staff (?:Writer|Reporter|Editor|Correspondent)|S(?:enior|pecial) (?:Writer|Reporter|Correspondent))\b.*"
)
"""A role that nothing separates from the name before it: "By JANE DOE Staff Writer"."""
DEGREES_BEFORE: Final = re.compile(
    r"\A(?:(?:Mgr|Ing|Bc|BcA|MUDr|MVDr|JUDr|PhDr|RNDr|PaedDr|ThDr|Doc|doc|prof|Dipl\.-Ing|mgr|inż|hab|Dott|Dott\.ssa|Lic|Arq|"
    r"д-р|проф|д)\.\s)+"
)
"""Degrees before a name that newspapers leave out."""
_FUNCTION_WORDS: Final = """
के में से का की और पर को من في على عن إلى المزيد جميع از در با به את של על כל
"""
FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS.split())
"""Words of scripts without capitals that no name has."""
