/** Between the head teacher (a) and the school nurse (b). */
export const NURSE = `
a Good morning Siobhán! Is the first-aid cupboard in the sports hall stocked again?
b Morning! Yes, did it on the way in. Plasters, cold packs, two new slings
a Wonderful
b I also put a list inside the door, so that people tick off what they take
a They won’t
b They won’t. But I can dream

b Two cases of chickenpox in Reception
a Oh no. Do we write to the families today?
b I have a draft. Shall I send it to you first?
a Please, I’ll read it before lunch
b It’s in your inbox
a Read it, very clear. Please send it as it is
b Sent to all families of Reception and Year 1

a How is the boy who fell off the climbing frame?
b Fine. A bump and a great story. His mother picked him up at noon
a And the climbing frame?
b Closed it off with tape until Tomás has looked at the screws
a Good thinking

b The eye tests are confirmed: Tuesday and Wednesday, room 112
a All classes?
b Years 1, 3 and 5. About fifteen minutes for four children
a I’ll tell the teachers to send them in fours
b Please not in alphabetical order this time. The Abbots and the Adeyemis are tired of being first 😄

a The trip to the forest next week: do we have all the allergy plans?
b All but one. I’m calling the family this afternoon
a Thank you. Who carries the pens?
b Mateo, and I have a second set in my bag
b Called. Peanuts and wasps. Plan signed, copy with the office
a Then we are complete. Brilliant

b Do you have a minute? The fridge for the medicines shows 11 degrees
a Oh. What should it be?
b Between 2 and 8. I moved everything to the one in the staff room, with a label
a I’ll order a new one today, is there a model you trust?
b I’ll send you the link, there’s one with an alarm
a Ordered, comes on Thursday

b It came! And it beeps when the door is open. I am in love
a The things that make us happy 😂

a Somebody’s mother asked whether you’d give the handwashing lesson for Year 2 again
b The one with the glitter?
a The one with the glitter
b Tomás will never forgive me, but yes

b First-aid course for staff: eleven people signed up
a That’s more than last year
b It’s the cake
a It is always the cake

a Can you confirm the first-aid post for the fair?
b By the hall doors, two trained staff at all times
a And the 3 m for the ambulance stay clear?
b Marked them on the ground myself, in yellow

b One of Year 4 has forgotten his inhaler, his father is bringing it
a Is he all right?
b Perfectly. He’s alphabetising my bandages
a Keep him

b Both inhalers are in the red bag, and I’m on the coach
a Perfect. Registers done, all 27 here
b We leave in two minutes. It smells of egg sandwiches already
a Have a lovely day. Write when you’re there?
b Of course
b Arrived! Everybody well, nobody sick, one lost shoe
b Found the shoe 👟
`
