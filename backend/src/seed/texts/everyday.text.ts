/** Exchanges between any two colleagues. script.parser.ts fills the `{…}`. */
export const EVERYDAY = `
a Is {room} free on {day} at {time}?
b Let me look
b It is, but only until the end of the lesson
a That’s enough, thank you

b Could you cover {class} on {day}? I have a dentist’s appointment at {time}
a Yes, no problem. Anything prepared?
b Worksheets are on my desk, the blue folder
a 👍

a The printer next to {room} is out of toner again
b Again?? I’ll tell Łukasz
a He says there are {few} cartridges in the cupboard by the lift
b Found them. Changed it, works
a You’re a hero

b Did the {class} parents answer about the trip?
a We still miss {few} forms
b I’ll remind them at pick-up
a Thanks 🙏

a Coffee at {time}?
b Yes please. Staff room?
a Staff room. I’m bringing the good biscuits
b 🍪🍪🍪

b Have you seen the projector remote of {room}?
a It lives in the drawer under the whiteboard
b It does not live there any more
a Then {colleague} has it. {colleague} always has it

a Reminder: the meeting on {day} starts at {time}, not at four
b Noted. Agenda?
a Trip money, the new timetable and the fair. Half an hour, I promise
b You promised that last time 😄

b My group from {class} was wonderful today. They read aloud for twenty minutes without a single fight
a That deserves a sticker. Several
b Stickers have been distributed
a 🌟

a There’s a lost jacket in {room}: green, size 134, dinosaur patches
b That sounds like one of {class}
a It was! Collected at {time}

b Who has yard duty on {day}?
a You and {colleague}
b Could we swap? I would take the one after
a Fine with me, I’ll write it into the rota

a The timetable on the wall still says {class} has PE on {day}
b Old version, I’ll print the new one
a No hurry, they all know it by heart anyway

b Heating in {room} is off, they’re sitting in their coats
a Tomás is on his way, the valve got stuck
b He came, he saw, he hit it with a wrench
a And?
b Warm!

a Can you send me the list of {class} with the emergency numbers?
b It’s in the shared folder, tab two
a Got it, thanks

b The books for {room} arrived, {few} boxes
a Already? Lovely. Leave them by the door, {class} will unpack them on {day}
b They’ll fight over who may open the first
a That’s the plan

a Did you hear the choir rehearse? I had to stop in the corridor
b I had the door open the whole time
a Yuki says they’re ready for the fair

b How many chairs do you need in {room}?
a Thirty, plus {few} for guests
b I’ll have them there before {time}
a Thank you!

a I’ll be ten minutes late, the 27 is stuck on the bridge
b No worries, I’ll start with the register
a On the next bus now. It’s moving
b All here, all quiet. Take your time

b Quick question: may {class} use the paint in the art room?
a Ask Minh, but usually yes, if the brushes come back clean
b They will. I’ll count them
`
