"""What to ask about an open field, in Finnish, Swedish and English: to the one who has, or to the one who wants."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.matching.domain.reasons import Sentence

QUESTIONS: Mapping[tuple[str, str], Sentence] = MappingProxyType(
    {
        ("have", "amount"): Sentence(
            "Kysy tarjoajalta: paljonko sitä on vuodessa, samassa yksikössä kuin tarve?",
            "Fråga den som erbjuder: hur mycket finns det om året, i behovets enhet?",
            "Ask the one who has it: how much is there a year, in the unit of the want?",
        ),
        ("want", "amount"): Sentence(
            "Kysy tarvitsijalta: paljonko sitä tarvitaan vuodessa?",
            "Fråga den som behöver: hur mycket behövs om året?",
            "Ask the one who wants it: how much is needed a year?",
        ),
        ("have", "temperature"): Sentence(
            "Kysy tarjoajalta: missä lämpötilassa lämpö tulee?",
            "Fråga den som erbjuder: vid vilken temperatur kommer värmen?",
            "Ask the one who has it: at what temperature does the heat come?",
        ),
        ("want", "temperature"): Sentence(
            "Kysy tarvitsijalta: mikä lämpötila tarvitaan vähintään?",
            "Fråga den som behöver: vilken temperatur behövs minst?",
            "Ask the one who wants it: what temperature is needed at least?",
        ),
        ("have", "window"): Sentence(
            "Kysy tarjoajalta: minä aikana sitä on saatavilla?",
            "Fråga den som erbjuder: från när till när finns det?",
            "Ask the one who has it: from when until when is it available?",
        ),
        ("want", "window"): Sentence(
            "Kysy tarvitsijalta: minä aikana sitä tarvitaan?",
            "Fråga den som behöver: från när till när behövs det?",
            "Ask the one who wants it: from when until when is it needed?",
        ),
        ("have", "place"): Sentence(
            "Kysy tarjoajalta: missä kunnassa se on? Tarkkaa paikkaa ei ole jaettu.",
            "Fråga den som erbjuder: i vilken kommun finns det? Den exakta platsen är inte delad.",
            "Ask the one who has it: in which municipality is it? The exact place is not shared.",
        ),
        ("want", "place"): Sentence(
            "Kysy tarvitsijalta: mihin kuntaan se tulisi? Tarkkaa paikkaa ei ole jaettu.",
            "Fråga den som behöver: till vilken kommun ska det? Den exakta platsen är inte delad.",
            "Ask the one who wants it: to which municipality would it go? The exact place is not shared.",
        ),
        ("have", "code"): Sentence(
            "Kysy tarjoajalta: mikä jätekoodi aineella on tänään?",
            "Fråga den som erbjuder: vilken avfallskod har ämnet i dag?",
            "Ask the one who has it: what is its waste code today?",
        ),
        ("want", "code"): Sentence(
            "Kysy tarvitsijalta: mitä jätekoodeja saa ottaa vastaan?",
            "Fråga den som behöver: vilka avfallskoder får tas emot?",
            "Ask the one who wants it: which waste codes may be received?",
        ),
        ("have", "description"): Sentence(
            "Kysy tarjoajalta: mitä se tarkalleen on, ja mistä se syntyy?",
            "Fråga den som erbjuder: vad är det exakt, och var uppstår det?",
            "Ask the one who has it: what exactly is it, and where does it arise?",
        ),
        ("want", "description"): Sentence(
            "Kysy tarvitsijalta: mitä tarkalleen tarvitaan, ja mihin?",
            "Fråga den som behöver: vad behövs exakt, och till vad?",
            "Ask the one who wants it: what exactly is needed, and for what?",
        ),
        ("have", "quality"): Sentence(
            "Kysy tarjoajalta: täyttyvätkö tarpeen laatuehdot (esimerkiksi kosteus, puhtaus, palakoko)?",
            "Fråga den som erbjuder: uppfylls behovets kvalitetskrav (till exempel fukt, renhet, styckestorlek)?",
            "Ask the one who has it: are the want's conditions met (such as moisture, purity, size)?",
        ),
        ("want", "permit"): Sentence(
            "Kysy tarvitsijalta: kattaako ympäristölupa tämän vaarallisen jätteen?",
            "Fråga den som behöver: täcker miljötillståndet detta farliga avfall?",
            "Ask the one who wants it: does the environmental permit cover this hazardous waste?",
        ),
    }
)

CONFIRM = Sentence(
    "Varmista molemmilta: kortti on yli vuoden vanha. Pitääkö se yhä paikkansa?",
    "Kontrollera med båda: kortet är över ett år gammalt. Stämmer det ännu?",
    "Check with both: a card is more than a year old. Does it still hold?",
)
