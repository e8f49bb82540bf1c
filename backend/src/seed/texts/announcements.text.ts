export interface DemoAnnouncement {
  daysAgo: number
  title: string
  text: string
  needsAcknowledgement?: boolean
}

/** The announcements, oldest first. The admin sends them all. */
export const ANNOUNCEMENTS: readonly DemoAnnouncement[] = [
  {
    daysAgo: 20,
    title: 'Welcome to our own chat',
    text: 'From today the staff room talks here. Messages stay on the school’s own server. Write to anybody directly from “People”; what concerns everyone appears on this page.',
  },
  {
    daysAgo: 16.2,
    title: 'Fire drill on Thursday at 10:45',
    text: 'Assembly points as in September: Years 1 to 3 on the playground, Years 4 to 6 on the field. Please take the paper register with you, and report missing pupils to Tomás at gate B.',
    needsAcknowledgement: true,
  },
  {
    daysAgo: 12.1,
    title: 'New lockers arrive on Wednesday',
    text: 'Year 6 first. Keys from the front office, one per pupil; spare keys stay with Tomás.',
  },
  {
    daysAgo: 7.3,
    title: 'Autumn Fair: helpers wanted',
    text: 'We still need eight people between 09:00 and 13:00, mostly for the tea tent and the tombola. Write to Minh if you can spare an hour. Families are welcome to help too.',
  },
  {
    daysAgo: 2.2,
    title: 'Report deadline moved to the 30th',
    text: 'The reporting system was down for half a day, so everybody gets the weekend on top. Thank you for your patience, and thank you Łukasz for getting it back.',
  },
  {
    daysAgo: 0.09,
    title: 'Water off today, 13:00 to 15:30',
    text: 'The water company repairs a pipe on Tamarind Street. Please fill bottles before lunch; the toilets in the sports hall stay open.',
  },
]
