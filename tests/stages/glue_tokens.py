"""Words with a capital inside that stay as they are, and words that lost the space between them, by language."""

from __future__ import annotations

WHOLE = {
    "en": """
        YouTube iPhone eBay PayPal McDonald DiCaprio openSUSE GitHub LinkedIn PlayStation WhatsApp TikTok SpaceX DeepMind
        OpenAI PowerPoint JavaScript TypeScript PostgreSQL MySQL HarperCollins FedEx BlackBerry WordPress StubHub
        AirBnB easyJet jetBlue theScore theGrio theSkimm inDrive onSemi publishedAfter createdAt updatedBefore sortBy
        groupBy startsWith endsWith isNotEmpty hasNext whenReady whileActive getThis doThat notThere fromWhere
        published_after publishedAfter2 Node.Js Amazon.Com Booking.Com README.Md report.Pdf index.Html will.I Web2.Zero
        @theReuters #toReuters #BlackLivesMatter @YouTubeCreators https://berlin.example/theReuters
        theReuters@berlin.example NaCl CaCO NaOH MgSO KMnO LiFePO mRNA pKa kWh mAh mmHg McKinsey MacArthur
        FitzGerald DuPont LaTeX VanDyke HuffPo TripIt PostIt BlogHer AddThis MeToo CheckOut TimeOut PlugIn StartUp
        TeamViewer ApacheCon BonusLink SheKnows BookIt
    """,
    "de": """
        LehrerInnen BürgerInnen KollegInnen StudentIn BahnCard InterCity eBilanz derStandard dasErste meinVZ
        DeutschlandRadio VerDi publishedAfter KaDeWe HypoVereinsbank ProSieben RheinEnergie
    """,
    "fr": "LaPresse laPresse leMonde deGaulle duPont eSport MonCompteFormation monEspace FranceConnect BlaBlaCar createdAfter",
    "es": "elDiario elEconomista laSexta okDiario infoLibre esRadio eldiarioAR MercadoLibre TeleMadrid CaixaBank sortBy",
    "it": "laRepubblica ilGiornale ilFoglio DiMaio DeRossi LoRusso dAnnunzio UniCredit FastWeb PosteItaliane alNero",
    "pt": "meuINSS minhaClaro eSocial daSilva doBrasil PagSeguro PicPay ComeçaJá updatedAfter",
    "nl": "deVolkskrant hetParool eHerkenning vanGogh derNederlanden mijnOverheid DigiD nuMatch eersteKamer bolCom",
    "pl": "naTemat doRzeczy wPolityce eUrząd niePolak ePuap mBank InPost proEuropa neoNazista onetTv",
    "cs": "neSebe naSebe doPraha poSlovensku eObčanka proČesko mojeBanka BezRealitky ČezNet",
    "sk": "neSeba naSlovensko poMesto eKasa dobréNoviny SlovNaft",
    "sl": "neSebe poSvetu naMoji eUprava ZaPrihodnost",
    "hr": "neSebe poZagrebu naHrvatskoj eGrađani HrvatskiTelekom",
    "ru": "неСебе вТайге наСтене яРус ВКонтакте СберБанк РосПил госУслуги мосБилет доМосквы ЯндексКарты",
    "uk": "неСебе наСтіні поКиєву УкрПошта ПриватБанк єДокумент",
    "tr": "eDevlet hepsiBurada veTürkiye buİstanbul TürkTelekom TivibuGo",
    "sv": "minSida detSverige mittKonto BankId MobiltBankId SwedBank",
    "da": "eBoks minSide detDanmark NemId MobilePay MitId",
    "no": "skatteFunn minSide detNorge BankId AltInn FinnNo",
    "fi": "omaVeikkaus eLasku omaKanta joSuomi OmaVero KelaKortti",
    "hu": "ügyfélKapu eSzemélyi azOrszág OrszágosHír MolBubi",
    "ga": """
        hÉireann gCorcaigh bhFrainc mBaile nGaeilge dTuaisceart tSeachtain bhFianna gCeann nAlbain bPáirc naGaeltachta
        anTuarascáil ndDoire
    """,
    "zu": """
        kaZuma kuMandela ngoMeyi eNingizimu baseThekwini noMandela kwaZulu uMongameli wePhalamende yaseGoli abakwaDlamini
        ngeSonto namaZulu emaKhosini
    """,
    "xh": "uMandela kaMandela eBhayi eMzantsi kwaXhosa yaseMonti ngoLwesithathu namaXhosa",
    "sw": "waTanzania katikaKenya waKenya kaSimba naUganda kwaMombasa",
    "st": "kaZuma kwaMoshoeshoe leBasotho haMaseru",
    "rw": "muRwanda kuKigali waGasabo iBugesera",
    "vi": "VinFast VietJet VinGroup MoMo eVisa VietNam ViệtJet ThếGiới TiềnPhong NgânHàng",
    "id": "detikNews tvOne GoPay kumparanNews diJakarta keBandung eKartu BukaLapak",
    "zh": "在iPhone上 使用YouTube看 微信WeChat支付 iPhone手机 WeChat OPPOFind ofoBike 小米miHome",
    "el": "ναΕλλάδα eΕφορία δενΑθήνα ΜεταφορικήΑθηνών",
}  # fmt: skip

APART = {
    "en": """
        WenbinHe ObamaShe SmithThey BerlinThe ReutersHowever MerkelMeanwhile themThe peopleHe confirmedThey saidThe
        talksWe todayBut leftAlthough ended.The time.But room.However war?They town!We year…He 2024.The 2019.He
        India.The Berlin.However Smith.She street.In water.When house.After morning.For window.They garden.And people.This
    """,
    "de": """
        MerkelSie BerlinDer angewiesenVor berichtetDie sagteEr ScholzEr Ende.Der morgen.Die Regierung.Das Berlin.Mit
        gesagt.Und Klage.Nach 2024.Die 2019.Im heute.Doch gut.Wir Wasser.Aus Haus.Seit Krieg?Wir
    """,
    "fr": "MacronIl ParisLes finie.Les jour.Mais ville.Dans Macron.Elle maison.Pour 2024.Les temps?Ils guerre.Depuis",
    "es": "SánchezLos acabó.Los ciudad.Pero casa.Para Madrid.El 2024.Los guerra.Cuando tiempo?Según dijo.También",
    "it": "finita.Gli città.Nel Roma.Dopo 2024.Nella casa.Questo tempo?Anche guerra.Sono",
    "pt": "cidade.Não Lisboa.Ele 2024.Uma guerra.Também casa.Segundo tempo?Essa",
    "nl": "voorbij.Het stad.Maar Amsterdam.Hij 2024.Het huis.Volgens oorlog?Zij",
    "pl": "miasta.Jest Warszawa.Nie 2024.Według wojna.Ale domu.Przed",
    "ru": "давно.Это города.Для Москва.Он 2024.После война.Однако дома.Также",
    "uk": "давно.Це місто.Після Київ.Він 2024.Коли дому.Також",
    "sv": "staden.Det Stockholm.Han 2024.Men kriget.För huset.Till",
    "da": "byen.Det 2024.Han krigen.Men",
    "no": "byen.Det 2024.Han krigen.Men",
    "cs": "města.Podle Praha.Také 2024.Byl domů.Při",
    "tr": "şehir.Bir Ankara.Ancak 2024.Daha",
    "el": "αργά.Και πόλη.Αλλά 2024.Για",
}  # fmt: skip

OF_CODE = """
    published.After Assert.That Parallel.For Linq.From time.Duration http.Client strings.Builder errors.New fmt.Println
    context.Background Task.When Enumerable.To Guard.Not sync.Once
"""
