"""Whose letters these are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.subtitles.encodings import decoded, encoding_of

#: What people of those languages say in films.
SAID = {
    "cp1252": (
        "Où est-ce que tu étais hier soir ? J'ai peur que ça n'ait pas été très sûr, mon frère.",
        "Ich weiß nicht, wo er gewesen ist. Schöne Grüße aus München, und bis nächsten Mittwoch!",
        "¿Dónde está el niño? Mañana será otro día, señor, y usted también lo sabrá.",
        "Jeg vet ikke hvor han er. Kjære deg, vær så snill, gå hjem før det blir mørkt på veien.",
        "Não sei onde ele está. A canção é muito bonita, irmão, e o coração também.",
    ),
    "cp1250": (
        "Nie wiem, gdzie on był. Proszę, idź już do domu, zanim będzie za późno, mój przyjacielu.",
        "Nevím, kde byl. Prosím tě, běž domů, než bude příliš pozdě, můj příteli. Řekni něco!",
        "Nem tudom, hol volt. Kérlek, menj haza, mielőtt túl késő lesz, jó barátom. Hűség, erő, őrült nő.",
    ),
    "cp1251": ("Я не знаю, где он был. Пожалуйста, иди домой, пока не стало слишком поздно, мой друг.",),
    "koi8_r": ("Я не знаю, где он был. Пожалуйста, иди домой, пока не стало слишком поздно, мой друг.",),
    "cp1253": ("Δεν ξέρω πού ήταν. Σε παρακαλώ, πήγαινε σπίτι πριν να είναι πολύ αργά, φίλε μου.",),
    "cp1254": ("Nerede olduğunu bilmiyorum. Lütfen çok geç olmadan eve git, arkadaşım. Şimdi ışığı söndür.",),
    "cp1255": ("אני לא יודע איפה הוא היה. בבקשה, לך הביתה לפני שיהיה מאוחר מדי, חבר שלי.",),
    "cp1256": ("أنا لا أعرف أين كان. من فضلك، اذهب إلى البيت قبل أن يتأخر الوقت يا صديقي.",),
    "gb18030": ("我不知道他在哪里。请你快回家吧，不然就太晚了，我的朋友。这个人是我们的老师。",),
    "big5": ("我不知道他在哪裡。請你快回家吧，不然就太晚了，我的朋友。這個人是我們的老師。",),
    "shift_jis": (
        "彼がどこにいたのか分かりません。遅くなる前に家に帰ってください、友よ。それは本当ですか。",
    ),
    "euc_kr": ("그가 어디에 있었는지 나는 모릅니다. 너무 늦기 전에 집으로 가세요, 내 친구여.",),
}


class EncodingTests(SynchronousTestCase):
    """The encoding nobody told."""

    def test_marks(self) -> None:
        """Who says so himself is believed."""
        for encoding in ("utf-8-sig", "utf-16", "utf-32"):
            self.assertEqual(decoded("Amélie\r\nλ".encode(encoding)), "Amélie\nλ")
        self.assertEqual(decoded(b"\xfe\xff" + "Amélie".encode("utf-16-be")), "Amélie")

    def test_without_marks(self) -> None:
        """UTF-8, and UTF-16 by its zeros."""
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "ascii"):
            text = "1\n00:00:01,000 --> 00:00:02,000\nAmelie says\n"
            self.assertEqual(decoded(text.encode(encoding)), text)
        self.assertEqual(decoded("Žluťoučký kůň".encode()), "Žluťoučký kůň")

    def test_older(self) -> None:
        """Encodings of the time before, each by the letters of those who use it."""
        for encoding, said in SAID.items():
            for text in said:
                times = "1\n00:00:01,000 --> 00:00:02,000\n"
                raw = (times + text + "\n").encode(encoding)
                self.assertEqual(decoded(raw), times + text + "\n", encoding_of(raw))

    def test_one_wrong_byte(self) -> None:
        """Much that is UTF-8 is not all taken for something else because of it."""
        raw = "Où étais-tu ? ".encode() * 100
        self.assertIn("Où étais-tu ?", decoded(raw + b"\xff" + raw))

    @given(st.binary(max_size=300))
    def test_any_bytes(self, raw: bytes) -> None:
        """Any bytes are some text, without the ends of lines of other systems."""
        self.assertNotIn("\r", decoded(raw))
