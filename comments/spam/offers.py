"""Signals of an offer, in the languages that spam comes in: links to exchange, a messenger's name, a trader to trust.

Short lists of stems, each of a habit rather than of a campaign; what they miss is left to the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from comments.spam.sample import MAIL, PHONE, Sample, Signal

_EXCHANGE = re.compile(
    r"\b(?:(?:ex)?change|swap|trade|reciprocal|three.way|buy|sell|place|add)\w*\W+(?:\w+\W+){0,3}(?:back)?links?\b|"
    r"\b(?:back)?links?\W+(?:\w+\W+)?(?:exchange|swap|partner(?:ship)?|insertions?)\b|\bguest.?(?:post|blog|article)|"
    r"\bsponsored (?:post|article|content)|\blink to (?:my|our|us)\b[^.]{0,60}\b(?:return|back|yours)\b|"
    r"\blink back to you|[ée]change de liens|partenariat de liens|article invité|"
    r"link(?:tausch|partner|ruil|byte|bytte|csere)|gastbeitrag|gastblog|backlink|links? (?:austauschen|tauschen|"
    r"ruilen)|"
    r"(?:intercambi\w+|troca\w*|scambi\w+|parceria) (?:de |di )?(?:enlaces|links?)|post patrocinado|"
    r"обмен\w* ссылк|обмін\w* посилан|обменя\w+ ссылк|обміня\w+ посилан|размещени\w+ (?:стат|ссыл)|"
    r"wymian\w+ link|artykuł sponsorowany|výměn\w+ odkaz|zpětn\w+ odkaz|schimb de (?:link|leg)|linkkien vaihto|"
    r"link (?:değişimi|takası)|tuk[ae]r(?:an)? link|trao đổi (?:liên kết|link|backlink)|แลก(?:แบค)?ลิ[้]?งก์|"
    r"링크 ?교환|백링크|友情链接|友链|交换链接|互换链接|相互リンク|被リンク|تبادل (?:ال)?(?:روابط|لینک|لينك)|"
    r"ανταλλαγή (?:συνδέσμων|link)|"
    r"החלפת (?:קישורים|לינקים)",
    re.I,
)
_MESSENGER = (
    r"(?:whats\s?app|wa|telegram|wechat|line|kakao(?:talk)?|zalo|viber|signal|skype|discord|snap(?:chat)?|wickr|"
    r"icq|qq|vx|"
    r"тг|телеграмм?\w?|телега|телегу|в[ао]тсап\w?|вайбер|ватсап|微信|薇信?|威信|加v|电报|飞机|扣扣|ไลน์|แอดไลน์|"
    r"카톡|카카오톡|텔레(?:그램)?|"
    r"ラインID|واتساب|واتس|تليجرام|تلگرام|व्हाट्सएप|zap|wasap)"
)
_CONTACT = re.compile(
    rf"(?<![^\W\d_]){_MESSENGER}(?:\s*(?:id|me|us|号|아이디|no\.?|number))?\s*[:：=@\-]?\s*"
    r"(?:@\w{3,}|\+?\d[\d \-]{4,}|(?=[\w.]*[\d_])[a-z][\w.]{3,})|@\w{2,}_?bot\b|\bt\.me/\w+|\bwa\.me/\w+|"
    r"(?<![\w@])line\s*[:：]\s*@?\w{3,}|(?:微信|qq|vx|薇)\s*[:：]?\s*[a-z\d]\w{4,}",
    re.I,
)
_HANDLE = re.compile(r"(?<=[^\w.\n])@\w{4,}")  # At the start it names whom the comment answers.
_OFFER = re.compile(
    r"\b(?:earn|profit|income|loan|credit|invest|cheap|discount|order|for sale|price|quote|free|bonus|signals?|hire|"
    r"services?|deliver\w*|guarantee\w*|recover\w*|wholesale|"
    r"gagne\w*|prêt|crédit|livraison|devis|gratuit\w*|verdien\w*|kredit|günstig|angebot|preis\w*|gan[aeh]\w*|"
    r"préstamo|"
    r"crédito|barato|empréstimo|renda|guadagn\w*|prestito|geld|lening|goedkoop|zarab\w*|pożyczk\w*|tanio|půjčk\w*|"
    r"výděl\w*|levně|lån|tjäna|billigt|kazan\w*|ucuz|kredi|pinjaman|murah|jual|vay|giá rẻ|uy tín|împrumut|ieftin|"
    r"kölcsön|olcsó\w*|laina|заработ\w*|доход\w*|кредит\w*|займ\w*|недорого|дёшево|дешево|купи\w*|прода\w*|скидк\w*|"
    r"заказ\w*|услуг\w*|заробіт\w*|позик\w*|δάνειο)\b|"
    r"赚|贷款|兼职|代办|办证|免费|低价|批发|代理|发票|稼|無料|激安|副業|融資|格安|대출|수익|무료|문의|추천|할인|"
    r"รายได้|เงิน|กู้|ราคา|สมัคร|ฟรี|قرض|تمويل|ارخص|خصم|اربح|شركة|وام|درآمد|लोन|कमा|फ्री|הלוואה|במחיר",
    re.I,
)
_SHADY = re.compile(
    r"\b(?:casinos?|kasino\w*|cazino|kaszinó|kasyno|cassino|slot gacor|slots|togel|judi|baccarat|betting tips|"
    r"escorts?|call girls?|"
    r"viagra|cialis|kamagra|payday|porn\w*|xxx|казино|слот[ыа]|ставки на|эскорт|проститутк\w*|интим|досуг|"
    r"микрозайм\w*|"
    r"закладк\w*|диплом\w* купить|bahis|nhà cái|cá độ|nổ hũ|marabout|voyance|astrolog\w*|vashikaran|spell ?caster)\b|"
    r"赌|博彩|百家乐|棋牌|彩票|约炮|上门服务|娱乐城|六合彩|套现|发票|色情|카지노|바카라|토토|먹튀|"
    r"출장\s?(?:마사지|안마|샵)|홀덤|"
    r"현금화|บาคาร่า|สล็อต|คาสิโน|แทงบอล|หวย|เครดิตฟรี|เงินกู้|カジノ|出会い系|闇バイト|コピー品|كازينو|"
    r"شرط بندی|सट्टा|קזינו|καζίνο",
    re.I,
)
# Goods and services that are advertised by comment in every language; a reader seldom names one in a line of his own.
_WARES = re.compile(
    r"\b(?:diplom\w* (?:любого|с занесением|kaufen|vuza)|диплом\w* (?:любого|вуза|с занесением|под заказ)|"
    r"аттестат\w*|t[íi]tulos universitari\w*|führerschein kaufen|permis de conduire sans|"
    r"residence permits?|fake (?:passports?|ids?|diplomas?)|(?:buy|real|registered) (?:passports?|"
    r"diplomas?|degrees?|licen[cs]es?)|certificad\w* apostill\w*|(?:buy|real|cheap|tiktok|instagram|insta|"
    r"youtube) followers|followers? real\w*|seguidores|takipçi|подписчик\w* (?:дёшево|недорого|накрут\w*)|"
    r"накрутк\w*|google (?:reviews|rezensionen|bewertungen|recensioni)|recensioni google|counterfeit|"
    r"replicas?|1:1 (?:copy|quality|replica)|imitaciones|detekte[iy]\w*|private (?:detective|"
    r"investigator)|частн\w* детектив\w*|vapes?|sigaretten|zigaretten|clone cards?|dumps|fullz|"
    r"cash ?app flips?|bank logs|nebenverdienst|heimarbeit|lavoro da casa|trabaj[oa] desde casa|"
    r"dinero (?:desde|en) casa|praca z domu|ek gelir|kerja sampingan|việc nhẹ|подработк\w*|заработок|"
    r"rachat de crédit|kredit ohne|pożyczk\w*|půjčk\w*|préstamos?|prestit[oi]|pinjaman|vay tiền|займ\w*|"
    r"lån utan|lening zonder|kredi almak|papildu darbs|натяжные|schlüsseldienst|serrurier|medyum\w*|"
    r"médium|tarot\w*|amarres|retour affectif|приворот\w*|ясновид\w*|joki tugas|satın al)\b|高仿|刷单|"
    r"刷單|兼职日|贷款|貸款|私人侦探|副業|即日融資|融資|成人用品|성인용품|부업|재택 ?알바|무료 ?종목|"
    r"เงินกู้|รายได้เสริม|งานออนไลน์|قروض|قرض|وام فوری|نقل عفش|عمل من المنزل|घर बैठे|लोन",
    re.I,
)
_TRADER = re.compile(
    r"\b(?i:mrs?|dr|sir|madam|coach|expert|broker|mentor|trader|herrn?|frau|monsieur|madame|señora?|sra?|"
    r"experta?|signora?|"
    r"pan[iu]?|paní|panem|pak|ibu|bapak|chị|thầy|uzman|hocam)\.? [A-ZÀ-Ý]\w+|"
    r"(?i:\b(?:my|this|our|same|a) (?:coach|mentor|trader|broker|hacker|lender|spell caster|herbalist|"
    r"account manager|adviser)\b|"
    r"\b(?:трейдер\w*|наставник\w*|куратор\w*|брокер\w*)\b)|老师|经理|선생님|교수님|先生|الخبير|السيد|คุณ|อาจารย์"
)
_RESULT = re.compile(
    r"\b(?:my (?:profits?|payout|withdrawal|first investment|investment)|i (?:made|earned|withdrew|got (?:back|"
    r"my)|recovered)|"
    r"trad(?:es?|ing) (?:for|with)|withdrew|payouts?|doubled|debt free|got my (?:loan|money|funds|ex)|cured|"
    r"(?:funds|money|bitcoin|btc|crypto) (?:back|recovered|returned)|changed my life|legit|trustworthy|"
    r"ausgezahlt|auszahl\w*|verdoppelt|schuldenfrei|gewinne?|obtenu|gains|doublé|gagné|obtuve|recuperé|gané|"
    r"ganhei|recuperei|"
    r"guadagnato|ricevuto|zarobił\w*|odzyskał\w*|vydělal\w*|tjänat|kazandım|untung|profit|kiếm được|lấy lại|"
    r"заработал\w*|вернул\w*|вывел\w*|в плюс)\b|赚了|盈利|收益|벌었|수익|儲か|ربحت|استرجعت|กำไร|ได้เงิน",
    re.I,
)
_PRAISE = re.compile(
    r"\b(?:great|nice|awesome|excellent|amazing|wonderful|fantastic|good|superb|useful|informative|helpful|"
    r"valuable|clear|"
    r"interesting|complete|inspiring|outstanding|quality|well.?written|love)\b[^.!?]{0,30}\b(?:posts?|articles?|"
    r"blogs?|site|"
    r"website|info\w*|content|work|job|tips|page|explanation|sharing)\b|"
    r"\b(?:super|très|excellent|bel|bon|bravo|merci|j'adore)\b[^.!?]{0,30}\b(?:article|blog|billet|contenu|"
    r"partage|site|conseils|"
    r"travail|complet|intéressant|utile)\b|\barticle (?:très |vraiment )?(?:complet|intéressant|clair|"
    r"passionnant|utile)|"
    r"\b(?:toller?|super|sehr|schöner?|guter?|klasse|hilfreicher?|informativer?|danke)\b[^.!?]{0,30}"
    r"\b(?:beitrag|artikel|blog|seite|webseite|informationen)\b|"
    r"\b(?:excelente|muy|buen|gran|genial|gracias|ótimo|muito|parabéns|excelente|"
    r"obrigado)\b[^.!?]{0,30}\b(?:artículo|artigo|"
    r"blog|post|aporte|conteúdo|información|site|compartir|compartilhar)\b|\bartículo muy \w+|"
    r"\b(?:ottimo|bellissimo|complimenti|interessante|grazie)\b[^.!?]{0,30}\b(?:articolo|blog|sito|post|"
    r"condivisione)\b|"
    r"\b(?:geweldig|leuk|mooi|top|goed|bra|riktigt|intressant|god|bedankt|tack|takk|"
    r"tak)\b[^.!?]{0,25}\b(?:artikel|artikkel|blogg?|"
    r"stuk|inlägg|side|delen|delar|deler|dele)\b|\b(?:świetny|ciekawy|super|przydatny|skvělý|pěkný|zajímavý|"
    r"užitečný)\b"
    r"[^.!?]{0,20}\b(?:artykuł|wpis|blog|tekst|článek|web|příspěvek)\b|"
    r"(?:отличн|хорош|интересн|полезн|познавательн|чудов|гарн|корисн|цікав)\w+\W+(?:\w+\W+)?(?:стат|сайт|блог|"
    r"пост|информац|публікац|подборк)|"
    r"\b(?:güzel|harika|faydalı|çok)\b[^.!?]{0,20}\b(?:paylaşım|makale|yazı|site|içerik)|"
    r"\b(?:artikel|tulisan|postingan)\b[^.!?]{0,20}\b(?:bagus|bermanfaat|menarik|keren)\b|"
    r"\b(?:bài viết|bài chia sẻ|trang web)\b[^.!?]{0,20}(?:hay|hữu ích|tuyệt vời|chất lượng)|"
    r"(?:좋은|유익한) ?(?:글|정보|포스팅|자료)|(?:บทความ|เว็บ|ข้อมูล|เนื้อหา)ดี|(?:好|不错的|写得真好|"
    r"很有用的)(?:文章|博客|网站|信息)|"
    r"(?:参考になる|素晴らしい|面白い|役に立つ)(?:記事|ブログ|内容)|(?:مقال|موضوع|موقع|مطلب|مقاله|"
    r"سایت)\w* (?:رائع|ممتاز|جميل|عالی|خوب)|"
    r"(?:अच्छा|बढ़िया|शानदार|उपयोगी) (?:लेख|जानकारी|पोस्ट)|(?:foarte bun|nagyon jó|kiváló|loistava|hyvä|"
    r"πολύ καλό) \w+|מאמר מצוין",
    re.I,
)
# A reader who praises goes on to something: a doubt, a figure, a question, what happened to himself.
_GOES_ON = re.compile(
    r"[?？؟\d\"“«„]|\b(?:but|however|although|though|except|because|wish|missing|wrong|mais|cependant|dommage|"
    r"aber|jedoch|nur|leider|pero|"
    r"aunque|mas|porém|però|maar|alleen|men|fast|ale|jen|только|однако|но|але|ama|fakat|tapi|namun|nhưng|dar|"
    r"csak|mutta|"
    r"αλλά|we|our|us|our team|chez nous|bei uns)\b|지만|다만|但|不过|ただ|けど|แต่|لكن|ولی|लेकिन|אבל",
    re.I,
)
_WITHOUT_ADDRESSES = re.compile(r"(?:https?://|www\.)\S+", re.I)


def proposes_links(sample: Sample) -> Iterator[Signal]:
    if match := _EXCHANGE.search(sample.prose):
        asks = (sample.words < 60 and "?" in sample.prose) or MAIL.search(sample.prose) or sample.linked_hosts
        yield (36 if asks else 26), f"proposes to exchange or sell links (“{match[0].lower()[:40]}”)"


def gives_a_name_on_a_messenger(sample: Sample) -> Iterator[Signal]:
    if _CONTACT.search(sample.prose):
        yield 22, "gives a name or a bot on a messenger"


def offers_and_is_reached(sample: Sample) -> Iterator[Signal]:
    text = sample.prose
    if (PHONE.search(text) or MAIL.search(text) or _HANDLE.search(text) or _CONTACT.search(text)) and _OFFER.search(
        text
    ):
        yield 10, "an offer, and how to reach who makes it"


def names_a_shady_trade(sample: Sample) -> Iterator[Signal]:
    found = {match[0].lower() for match in _SHADY.finditer(f"{sample.prose} {sample.name}")}
    if found:
        brief = sample.words < 30
        yield (20 if brief and len(found) > 1 else 14 if brief else 8), f"names what spam sells (“{min(found)[:30]}”)"


def names_wares(sample: Sample) -> Iterator[Signal]:
    """A line that names what is advertised everywhere, and asks nothing: most of what readers say of it is longer."""
    if sample.words < 25 and "?" not in sample.prose and (match := _WARES.search(f"{sample.prose} {sample.name}")):
        yield (22 if sample.words < 13 else 14), f"names what is advertised by comment (“{match[0].lower()[:30]}”)"


def vouches_for_a_trader(sample: Sample) -> Iterator[Signal]:
    """“Thanks to Mrs … I withdrew …”: an advertisement that needs no link, for the name is looked up."""
    if _TRADER.search(sample.prose) and _RESULT.search(sample.prose):
        yield 24, "vouches for somebody who makes money or cures"


def praises_in_general(sample: Sample) -> Iterator[Signal]:
    """“Great post!” and an address: the commonest spam of blogs, and nothing that only this article could be told."""
    if sample.words > 90:
        return
    goes_on = sample.words > 40 or _GOES_ON.search(_WITHOUT_ADDRESSES.sub("", sample.prose))
    if (goes_on and not sample.links) or not _PRAISE.search(sample.prose):
        return
    if goes_on:
        yield 14, "praise, and a link"
    elif sample.links or sample.website:
        yield 34, "praise that fits any article, and a link"
    else:
        yield 20, "praise that fits any article"
