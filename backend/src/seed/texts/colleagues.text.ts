/** Conversations in English with the head teacher (a). */
export const FACILITIES = `
b The lift man comes on Thursday between eight and twelve. I’ll be there
a Thank you Tomás. Does it need to be off all morning?
b Half an hour, he says. So all morning
a I’ll warn the second floor

a The gate at the car park doesn’t close by itself any more
b The spring is gone. I have a new one on order
a Can it wait until Monday?
b It can. I put a chain on it for the weekend

b New bulbs in the corridor of the second floor. Half the electricity, twice the light
a It looks like a different school!
b I found eleven tennis balls up there

a For the fair: where do we get power for the tea tent?
b From the hall, through the side window. I have 50 m of cable and a cover so that nobody trips
a And if it rains?
b Then from the hall too, but quicker

b Climbing frame is checked: two screws replaced, one swing seat ordered. You can take the tape away
a I’ll let the children do it, they’ve been waiting for it
b They did it before you finished your sentence

b Water company called. They must dig on Tamarind Street, we’ll have no water from 13:00 to 15:30
a Today?!
b Today. The sports hall hangs on the other pipe, so those toilets work
a Then we tell everybody now. Thank you for calling them back so fast
b Filling the big kettles before lunch
`

export const IT = `
a Łukasz, is the reporting system down or is it me?
b It’s not you. Disk full on their side, they’re on it
a How long?
b They say noon. I’d plan for tomorrow
a Then I’ll move the deadline

b It’s back. I checked ten reports at random, all complete
a You have earned a cake
b 🍰 accepted

a How do I get the stall rota as a file? People want it on paper
b Like this, from the office machine:
| parley export --room autumn-fair \\
|   --since 2026-11-01 --format csv \\
|   | sort -t, -k2 > rota.csv
a I understood “Like this”
b 😄 It’s on your desktop in a minute
a You’re the best

b New tablets for Year 3 are set up. 28 of them, each with a sticker of a different animal
a Who got the axolotl?
b A long negotiation. It goes round, a week each

b Please don’t open the mail “Invoice 4471”, three people forwarded it to me already
a I nearly did. It had our logo!
b They copied it from the web page. I’ve blocked the sender and written to everybody

a Is it true that our chat doesn’t need the cloud?
b It’s the grey box under my desk. Backed up every night, and I test the backup on the first of the month
a I’ll never dust there again
`

export const SCIENCE = `
b Could we move the science fair to the big hall? We have 41 projects 😱
a Forty-one! That’s nearly everybody
b Three volcanoes, as always. And one that measures how loud each class is
a I’m afraid of that one
b You should be

a The big hall is yours on the Friday, from two o’clock
b You’re wonderful. I’ll need tables, about thirty
a Tomás has thirty-two

b The telescope arrived!!
a The one from the donation?
b Yes. Clear sky on Wednesday, shall I ask the Year 6 families for an evening?
a Do it. I’ll bring tea
b 19 families said yes. We saw the rings of Saturn, and one father cried
a I heard it was two fathers

b I found a judge for the science fair: she builds satellites
a Really? How?
b Her nephew is in Year 4. He negotiated
b She asks whether we have a parking space and whether she may bring a spare solar panel to show
b Could you confirm by tonight? 🙏
`

export const MUSIC = `
a Hello Yuki, is the choir ready for the fair?
b ほぼ準備できています！ Two songs are perfect, the third is… loud
a Loud is good, it’s outdoors
b 音楽室の鍵は18時まで開けておきます。太鼓は3台、私が運びます 🥁
a Thank you! Do you need help with the drums?
b Mateo promised me four strong sixth-graders 💪

b 昨日の練習、とても良かったです。子どもたちが自分で歌い始めました
a I had to look that up, and then I had to smile
b 😊 「自分で歌い始めました」 means they began to sing by themselves
a Then I’ve learned something today

a Could the choir begin at 10:15 instead of 10:00? The mayor is late, as every year
b 大丈夫です。 No problem at all, we’ll warm up a little longer
a ありがとう! (Is that right?)
b 完璧です！ Perfect!
`

export const PARENTS_EVENING = `
b Good morning, shall I plan ten or fifteen minutes for each family?
a Fifteen. Ten was never enough
b Then we need Tuesday and Wednesday
a Fine. Who translates?
b Leila, Dmytro and Minh have offered. Zofia can do Polish on Tuesday
a What a school 💙

b Rooms are booked, the list hangs by the office
a Thank you Ingrid! Did you get the coffee machine?
b Tusen takk to Tomás, he repaired the old one
a Of course he did
`

export const LANGUAGES = `
a صباح الخير ليلى! Did I write that correctly?
b صباح النور! نعم، ممتاز 👏
a I’m practising for the parents’ evening
b سأساعدك بكل سرور. Two phrases a day and you’ll greet everybody by Friday

b The dictionaries for Year 5 are here: Arabic, Polish, Ukrainian and Vietnamese
a All four? I thought the Vietnamese ones were sold out
b Minh’s brother brought them in his suitcase 😄
a Please thank him from all of us

a Can you be at the hall early on the day of the fair?
b سأصل الساعة السابعة صباحًا مع ثلاث أمهات متطوّعات، وسنُحضر القهوة والكعك ☕️
a Seven in the morning with coffee and cake? شكرًا جزيلًا!
b عفوًا! Gate B, as Mateo said?
a Gate B. It opens at 06:45
b ممتاز، أراك هناك
`

export const ART = `
b Site plan v3: I moved the tea tent next to the hall, away from the bouncy castle 🎪
a Much better. Please keep the full 3 m clear for the ambulance
b Already in the plan, the yellow stripe
a I see it now. It’s beautiful, Minh
b Cảm ơn chị! Year 6 painted the signs, come and look

a I came and looked. May I keep the fox one afterwards?
b The fox is promised to the library. But I can ask the artist for another
a Please do 🦊
b She says: for the head teacher, two foxes
`

export const SPORT = `
a Tomás, can we have the field marked for Friday?
b Relay or football?
a Both 😬
b Then white for the relay and blue for football. Rain on Thursday, so I’ll do it Friday at seven
a I owe you breakfast
`

export const YEAR_TWO = `
b Priya, would you come to Year 2 with the magnets again?
a With pleasure! When?
b Wednesday, second lesson?
a I’m there. I’ll bring the iron filings, you bring the patience

b They talked about nothing else at lunch
a One of them asked whether the Earth sticks to the fridge
b And?
a I said we’d find out next week

a Do you have a spare set of the laminated planets?
b All but Neptune. Somebody loves Neptune
a Understandable
b I’ll make a new one
`

export const TRANSPORT = `
b The bus stop moves for the day of the fair, details here: https://transport.example.org/routes/school-services/autumn/temporary-stop?stop=450017734&lang=en
a Thank you Dmytro. Is it far?
b Outside the library, 200 m. I asked for a bigger sign
a And the coach for the forest?
b Confirmed, 07:45 at the front gate. Дякую, що нагадали 🙂
b The driver needs the final number by tomorrow
b And he asks if the egg sandwiches could stay at home this time
`
