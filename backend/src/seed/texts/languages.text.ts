/** Conversations in one language each. */
export const ARABIC = `
b السلام عليكم أستاذة ليلى، هل اجتماع أولياء الأمور يوم الثلاثاء؟
a وعليكم السلام نور! نعم، الثلاثاء من الساعة الرابعة إلى السابعة
b هل يمكنني أن آتي في السادسة؟ أعمل حتى الخامسة
a بالتأكيد، سجّلت لكِ موعدًا الساعة 18:15 في الغرفة 118
b شكرًا جزيلًا 🌷

a سلمى قرأت اليوم قصة كاملة أمام الصف، وكانت رائعة!
b ما شاء الله! كانت تتدرّب كل مساء
a واضح جدًّا. أخبريها أن الجميع صفّقوا لها 👏
b سأخبرها الآن. شكرًا على صبركِ معها

b هل تحتاجون إلى مساعدة في معرض الخريف؟
a دائمًا! نحتاج إلى من يحضر الكعك ومن يقف في خيمة الشاي
b سأحضر كعك التمر، وأختي ستأتي أيضًا
`

export const POLISH = `
b Cześć Łukasz, tablica w 211 znowu nie widzi komputera
a Cześć Zosiu! Wyjmij i włóż kabel HDMI, ten z lewej
b Zrobione. Nic
a To idę, będę za pięć minut
a Kabel był wpięty w głośnik 🙈
b Nikomu ani słowa!

b Czy możesz wydrukować listę na zebranie po polsku? Przyjdzie dziewięć rodzin
a Jasne, leży już w sekretariacie, w zielonej teczce
b Dziękuję! Upiekę szarlotkę
a Wiedziałem, że warto pracować w tej szkole 🍎

a Pamiętasz, że w piątek wyłączam serwer na pół godziny? Od 17:00
b Pamiętam. Żółć, gęś, jaźń: polskie znaki w czacie działają pięknie
a Sprawdziłem jako pierwszy 😄
`

export const VIETNAMESE = `
b Chào cô Minh, tuần này cháu Linh có phải mang màu nước không ạ?
a Chào anh An! Dạ có, thứ Tư cả lớp vẽ mùa thu. Một hộp nhỏ là đủ rồi ạ
b Vâng, cảm ơn cô. Cháu thích giờ của cô lắm
a Linh vẽ con cáo rất đẹp, nhà trường muốn treo trong thư viện 🦊

b Ngày hội mùa thu gia đình tôi giúp được từ 9 giờ đến 11 giờ
a Tuyệt quá! Anh chị giúp ở lều trà nhé?
b Được ạ. Vợ tôi sẽ làm nem rán
a Vậy thì chắc chắn lều trà sẽ đông nhất trường 😋

a Anh An ơi, giờ họp phụ huynh là 17 giờ 30 thứ Ba ạ
b Vâng, tôi sẽ đến đúng giờ. Cảm ơn cô đã nhắc
`
