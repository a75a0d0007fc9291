"""News written from templates: two draws of one template are different articles in nearly the same words.

Each template is a function of a random generator and gives a title and paragraphs, 40 to 200 words. Names, places and
numbers are drawn anew each time and belong to nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

COMPANIES = (
    "Alder Steel", "Borealis Foods", "Calder Chemical", "Dunmore Paper", "Eastlake Motors", "Fairholt Energy",
    "Garnet Software", "Halvor Shipping", "Ibex Timber", "Juniper Medical", "Kestrel Textiles", "Lomax Insurance",
    "Marlow Optics", "Northgate Mining", "Orwell Brewing", "Pembrook Glass", "Redfern Retail", "Solway Cement",
    "Tamar Robotics", "Valmont Rubber", "Westcott Dairy", "Yarrow Printing", "Zephyr Airlines", "Quarry Bank",
)  # fmt: skip
FIRST_NAMES = (
    "Agnes", "Bruno", "Carla", "Dmitri", "Esther", "Felix", "Greta", "Hassan", "Irene", "Jonas", "Keiko", "Leon",
    "Mira", "Nils", "Olga", "Pablo", "Rosa", "Stefan", "Teresa", "Viktor",
)  # fmt: skip
SURNAMES = (
    "Abelson", "Baranov", "Castell", "Dahlgren", "Ekholm", "Ferreira", "Grunwald", "Hasegawa", "Ilic", "Jankowski",
    "Kessler", "Lindqvist", "Moreau", "Novotny", "Okafor", "Pettersen", "Quiroga", "Rinaldi", "Sandoval", "Takacs",
    "Uhlmann", "Vasquez", "Whitcombe", "Yilmaz", "Zimmer",
)  # fmt: skip
TOWNS = (
    "Aldersea", "Brackmoor", "Corvane", "Dunwell", "Elstrup", "Fennick", "Gralheim", "Hestavik", "Ironbridge Cross",
    "Jarnow", "Kelmscar", "Lodany", "Marrash", "Nordhaven", "Ostrava Nova", "Pellworth", "Quillan", "Ravenna Bay",
    "Stolberg", "Tarvisk", "Umberleigh", "Vantor", "Wexcombe", "Zadrin",
)  # fmt: skip
COUNTRIES = ("Algeria", "Bangladesh", "Chile", "Egypt", "Jordan", "Kenya", "Morocco", "Peru", "Taiwan", "Tunisia")
GRAINS = ("milling wheat", "feed barley", "yellow corn", "durum wheat", "soybean meal", "sorghum")
TEAMS = ("Rovers", "Athletic", "United", "Albion", "Wanderers", "Rangers", "Dynamo", "Harriers")
SHIPS = (
    "Nordic Pearl",
    "Cape Falcon",
    "Silver Dawn",
    "Ionian Star",
    "Baltic Crane",
    "Ocean Grace",
    "Maria Sol",
    "Kaito Maru",
)
CURRENCIES = ("crown", "dinar", "peso", "lira", "rupee", "forint")
TRADES = ("carpenter", "school nurse", "bus driver", "beekeeper", "music teacher", "surveyor", "baker", "librarian")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")


def person(rng: Random) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)}"


def date(rng: Random) -> str:
    return f"{rng.choice(MONTHS)} {rng.randint(1, 28)}"


def decimal(rng: Random, low: float, high: float, places: int = 1) -> str:
    return f"{rng.uniform(low, high):.{places}f}"


def earnings(rng: Random) -> str:
    company = rng.choice(COMPANIES)
    return f"""{company} profit rises {decimal(rng, 1, 40)} percent

{company} reported a net profit of {decimal(rng, 3, 900)} million dollars for the quarter, compared with \
{decimal(rng, 3, 900)} million dollars a year earlier. Revenue came to {decimal(rng, 1, 40, 2)} billion dollars.

Earnings per share were {decimal(rng, 0.1, 6, 2)} dollars. Analysts had expected {decimal(rng, 0.1, 6, 2)} dollars, \
according to the average of {rng.randint(4, 26)} estimates. Chief executive {person(rng)} said the company was on track \
to reach its targets for the year. The shares closed at {decimal(rng, 4, 300, 2)} dollars."""


def dividend(rng: Random) -> str:
    company = rng.choice(COMPANIES)
    return f"""{company} declares quarterly dividend

The board of {company} has declared a quarterly dividend of {rng.randint(3, 95)} cents per share on the common stock of \
the company, payable {date(rng)} to shareholders of record at the close of business on {date(rng)}.

It is payment number {rng.randint(12, 240)} without a break. The company has {decimal(rng, 4, 400)} million \
shares outstanding, secretary {person(rng)} said."""


def bond(rng: Random) -> str:
    company, amount = rng.choice(COMPANIES), rng.randint(5, 90) * 10
    return f"""{company} issues {amount} million euro bond

{company} is issuing {amount} million euros of bonds due {date(rng)}, {rng.randint(2030, 2048)}, with a \
coupon of {decimal(rng, 1, 9, 3)} percent and an issue price of {decimal(rng, 98, 102, 2)}, lead manager \
{rng.choice(SURNAMES)} Bank said.

The securities are available in denominations of {rng.randint(1, 50)},000 euros and will be listed in Luxembourg. Fees \
comprise {decimal(rng, 0.1, 2, 3)} percent for selling and {decimal(rng, 0.1, 1, 3)} percent for management and \
underwriting combined. Payment is due on {date(rng)}."""


def weather(rng: Random) -> str:
    town, other = rng.sample(TOWNS, 2)
    return f"""Weather for {town} and {other}

{rng.choice(DAYS)} will start cloudy in {town}, with highs of {rng.randint(-5, 35)} degrees in the afternoon and \
{rng.randint(-5, 35)} degrees in {other}. Winds from the west will reach {rng.randint(8, 95)} kilometres an hour.

The chance of rain is {rng.randint(1, 19) * 5} percent, and up to {rng.randint(1, 48)} millimetres may fall by evening. \
Overnight it will cool to {rng.randint(-15, 20)} degrees. The sun rises at {rng.randint(4, 8)}:{rng.randint(10, 59)} and \
sets at {rng.randint(16, 21)}:{rng.randint(10, 59)}."""


def match_report(rng: Random) -> str:
    home, away = (f"{town} {rng.choice(TEAMS)}" for town in rng.sample(TOWNS, 2))
    scorer, other, keeper, coach = (rng.choice(SURNAMES) for _ in range(4))
    goals = rng.randint(2, 5)
    return f"""{home} beat {away} {goals}-1

{home} beat {away} {goals}-1 on {rng.choice(DAYS)}. {scorer} opened the scoring in minute {rng.randint(2, 40)} after a \
corner, and {other} made it two in minute {rng.randint(41, 70)}.

The visitors pulled one back from the penalty spot in minute {rng.randint(71, 90)}, but goalkeeper {keeper} saved twice \
in the closing stages. "We deserved the points," said coach {coach}. The attendance was {rng.randint(2000, 60000):,}. \
{home} now have {rng.randint(20, 80)} points from {rng.randint(9, 36)} games."""


def quake(rng: Random) -> str:
    town, other = rng.sample(TOWNS, 2)
    size = decimal(rng, 3, 7.5)
    return f"""Earthquake of magnitude {size} strikes near {town}

An earthquake of magnitude {size} struck {rng.randint(3, 180)} kilometres from {town} on {rng.choice(DAYS)} at \
{rng.randint(0, 23):02}:{rng.randint(0, 59):02} local time, the seismological service said. The tremor was centred at a \
depth of {rng.randint(2, 210)} kilometres and was felt as far away as {other}.

There were no immediate reports of casualties or damage, civil protection chief {person(rng)} said. It was followed by \
{rng.randint(2, 70)} aftershocks. A quake of magnitude {decimal(rng, 5.5, 8)} hit the region in {rng.randint(1931, 2019)}."""


def traffic_accident(rng: Random) -> str:
    town = rng.choice(TOWNS)
    age, road = rng.randint(18, 89), rng.randint(11, 980)
    return f"""Driver, {age}, injured in crash on Route {road}

A driver aged {age} was seriously injured when a car left Route {road} near {town} at about \
{rng.randint(0, 23)}:{rng.randint(10, 59)} on {rng.choice(DAYS)} and hit a tree, police said. A passenger aged \
{rng.randint(16, 89)} was treated at the scene.

The road was closed for {rng.randint(35, 240)} minutes. Police put the damage at {rng.randint(3, 80)},000 dollars and asked \
witnesses to call Sergeant {person(rng)}, quoting number {rng.randint(10000, 99999)}."""


def exchange_rate(rng: Random) -> str:
    currency, rate = rng.choice(CURRENCIES), decimal(rng, 1, 90, 4)
    return f"""Central bank sets {currency} at {rate} to the dollar

The central bank set its reference rate for the {currency} at {rate} to the dollar for \
{rng.choice(DAYS)}, {date(rng)}. Against the euro the {currency} was fixed at {decimal(rng, 1, 99, 4)}, against the pound \
at {decimal(rng, 1, 120, 4)} and against the yen at {decimal(rng, 0.01, 1, 4)}.

Dealers at {rng.choice(SURNAMES)} Bank reported turnover of {rng.randint(40, 900)} million dollars on the previous day. \
Foreign reserves stood at {decimal(rng, 2, 300)} billion dollars."""


def grain_tender(rng: Random) -> str:
    country, grain, tonnes = rng.choice(COUNTRIES), rng.choice(GRAINS), rng.randint(10, 200)
    return f"""{country} tenders for {tonnes},000 tonnes of {grain}

The state grain agency of {country} has issued an international tender to buy {tonnes},000 tonnes of \
{grain}, traders said. The deadline for offers is {date(rng)}, and they must remain valid until {date(rng)}.

Shipment is sought in {rng.choice(MONTHS)} in {rng.randint(2, 6)} consignments. In its last tender the agency bought \
{rng.randint(10, 200)},000 tonnes at {decimal(rng, 150, 420, 2)} dollars a tonne, cost and freight included. The lowest \
offer had come from {rng.choice(COMPANIES)}."""


def ship_movements(rng: Random) -> str:
    port = rng.choice(TOWNS)
    first, second, third = rng.sample(SHIPS, 3)
    return f"""Ship movements at {port}

{rng.randint(4, 30)} ships were loading and {rng.randint(2, 40)} were waiting at {port} on {rng.choice(DAYS)}, port agents \
said. The {first} sailed for {rng.choice(COUNTRIES)} with {rng.randint(8, 75)},000 tonnes of {rng.choice(GRAINS)}.

The {second} arrived from {rng.choice(COUNTRIES)} at {rng.randint(0, 23):02}:{rng.randint(0, 59):02} and the {third} was \
expected on {date(rng)}. The average delay was {decimal(rng, 1, 15)} days."""


def lottery(rng: Random) -> str:
    numbers = ", ".join(str(number) for number in sorted(rng.sample(range(1, 50), 6)))
    return f"""Lottery numbers for {rng.choice(DAYS)}, {date(rng)}

The winning numbers in draw {rng.randint(1000, 9999)} were {numbers}. The bonus ball was {rng.randint(1, 49)}.

One ticket sold in {rng.choice(TOWNS)} won the jackpot of {decimal(rng, 1, 90, 2)} million dollars. \
{rng.randint(2, 60)} players had five numbers right and receive {rng.randint(2000, 90000):,} dollars each. All figures \
are given without guarantee, and prizes must be claimed within ninety days."""


def obituary(rng: Random) -> str:
    name, town = person(rng), rng.choice(TOWNS)
    born = rng.randint(1928, 1960)
    return f"""{name}, {rng.choice(TRADES)} of {town}

{name}, of {town}, died on {date(rng)} at the age of {2026 - born} after a short illness. Born in {rng.choice(TOWNS)} in \
{born}, the former {rng.choice(TRADES)} worked for {rng.choice(COMPANIES)} for {rng.randint(9, 44)} years.

Survivors include {rng.randint(2, 6)} children, {rng.randint(3, 19)} grandchildren and a sister, {person(rng)}. A service \
will be held at {rng.randint(9, 12)}:{rng.choice(("00", "15", "30", "45"))} on {rng.choice(DAYS)} at the chapel in \
{rng.choice(TOWNS)}."""


TEMPLATES: tuple[Callable[[Random], str], ...] = (
    earnings,
    dividend,
    bond,
    weather,
    match_report,
    quake,
    traffic_accident,
    exchange_rate,
    grain_tender,
    ship_movements,
    lottery,
    obituary,
)
