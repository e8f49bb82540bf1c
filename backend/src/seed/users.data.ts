/** A user of the demo team, a school. */
export interface DemoUser {
  username: string
  fullName: string
  /** How many days ago the account was made. */
  joinedDaysAgo: number
  bio?: string
  statusText?: string
}

/** The password of every demo user. It is meant for a trial on your own machine. */
export const DEMO_PASSWORD = 'tamarind-street'

/** The first user becomes the admin, as on every server. */
export const DEMO_USERS: readonly DemoUser[] = [
  {
    username: 'amara',
    fullName: 'Amara Okafor',
    joinedDaysAgo: 30,
    statusText: 'Door open until four',
    bio: 'Head teacher. Former chemist, present gardener.',
  },
  {
    username: 'siobhan',
    fullName: 'Siobhán Byrne',
    joinedDaysAgo: 29,
    statusText: 'Room 112',
    bio: 'School nurse, Monday to Thursday.',
  },
  { username: 'leila', fullName: 'ليلى حداد', joinedDaysAgo: 29 },
  {
    username: 'yuki',
    fullName: '田中 由紀',
    joinedDaysAgo: 28,
    statusText: '🎶 Rehearsing',
    bio: 'Music, choir and the recorder orchestra.\nすべての子どもに楽器を。',
  },
  { username: 'lukasz', fullName: 'Łukasz Wiśniewski', joinedDaysAgo: 28 },
  { username: 'minh', fullName: 'Trần Thị Minh', joinedDaysAgo: 27 },
  { username: 'tomas', fullName: 'Tomás Ferreira', joinedDaysAgo: 27, statusText: 'On the roof, call me' },
  { username: 'ingrid', fullName: 'Ingrid Sørensen', joinedDaysAgo: 27 },
  { username: 'mateo', fullName: 'Mateo Fernández', joinedDaysAgo: 26 },
  {
    username: 'priya',
    fullName: 'Priya Raghunathan',
    joinedDaysAgo: 26,
    bio: 'Science, and everything that happens outdoors.',
  },
  { username: 'grace', fullName: 'Grace Mensah', joinedDaysAgo: 25 },
  { username: 'dmytro', fullName: 'Дмитро Коваленко', joinedDaysAgo: 25 },
  { username: 'zofia', fullName: 'Zofia Nowak', joinedDaysAgo: 24 },
  { username: 'van.an', fullName: 'Nguyễn Văn An', joinedDaysAgo: 23 },
  { username: 'noor', fullName: 'نور رحمن', joinedDaysAgo: 23 },
]
