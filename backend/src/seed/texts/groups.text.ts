/** The messages of the groups, one a line, with the speaker before the colon. Hours pass at an empty line. */
export const TRIP = `
priya: Good news, the forest ranger can take us on the 14th! Two groups of fourteen
grace: Wonderful. Year 2 is so ready for mud
priya: Packed lunches, wellingtons, a change of socks. I’ll write the letter tonight
siobhan: Please put the allergy form in the same letter. Last time three came back on the day
priya: Will do
tomas: The minibus has its service on the 12th, so it is fine for the 14th. Seats for 16
grace: And the second group?
tomas: I asked Mateo to drive his. He said yes if he gets the front parking space for a week
mateo: That is not what I said
mateo: It was two weeks

siobhan: First-aid bags are packed, one for each group. The green one has the inhalers
amara: Thank you all. Do we have enough adults?
priya: Six, with the two parents. One for five children
amara: Perfect, approved. Have a lovely day out

grace: Weather says dry until three
priya: Then we walk the long loop and are back at the bus by half past two
tomas: Fuelled and washed. It will be neither by Thursday
`

export const CONCERT = `
yuki: Winter concert: 18 December, 17:00, in the sports hall. Please keep it free
minh: I can do the stage with Year 6. We have the big cardboard from the new printers
ingrid: The parents’ council brings tea and cake, as every year
yuki: Last year we ran out of chairs, 212 people came
tomas: The church lends us sixty. I pick them up the day before

yuki: Programme so far: choir, recorders, Year 3 dance, two solos, and all together at the end
leila: Could the Arabic club sing one song? They have practised since September
yuki: Oh please! Four minutes?
leila: Three and a half. They are very proud
zofia: The Polish Saturday class asks the same, a carol
yuki: Both are in. I’ll send the new order tomorrow
lukasz: Microphones: four wireless ones work, the fifth hums. I ordered a cable

minh: First trees are painted. They dry in the corridor, please walk around them
ingrid: I walked into one. It is a good tree
`

export const STAFF_ROOM = `
mateo: Who has the key of the staff room fridge
dmytro: The fridge has a key?
mateo: It has now, apparently
tomas: It was for the vaccine day. The key is on the hook behind the door

grace: There is banana bread on the table. Please take some, I made two
dmytro: It was very good
grace: Was?
dmytro: 🙏

van.an: Does anyone else have no hot water in the west wing?
tomas: On it, the valve again. Back by noon
van.an: Thanks Tomás
noor: Thank you! The children thought it was an experiment
`
