// An AWS Lambda (Node 24, no packages) that removes old messages at an hour of your choice. It fails when the removal
// fails, so that CloudWatch can raise an alarm. Parley removes old messages every hour by itself; use this to do it at
// night, or to get alarms. aws.md says how to deploy it.
//   PARLEY_URL       https://chat.example.org
//   PARLEY_LOGIN     an admin of its own
//   PARLEY_PASSWORD  its password

const PAUSE_MS = 2000

export async function handler(_event, context) {
  const { PARLEY_LOGIN, PARLEY_PASSWORD } = process.env
  const { tokens } = await ask('', 'POST', '/auth/login', {
    login: PARLEY_LOGIN,
    password: PARLEY_PASSWORD,
    transport: 'bearer',
  })
  const askAsAdmin = (method, path, body) => ask(`Bearer ${tokens.accessToken}`, method, path, body)
  try {
    let run = await askAsAdmin('POST', '/admin/retention/run', {})
    while (run.state === 'running') {
      // The run continues on the server, and the next invocation gets its result.
      if (context.getRemainingTimeInMillis() < 3 * PAUSE_MS) return run
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      run = await askAsAdmin('GET', '/admin/retention/run')
    }
    if (run.state === 'failed') throw new Error(`Old messages were not removed: ${run.problem}`)
    return run
  } finally {
    await askAsAdmin('POST', '/auth/logout', {})
  }
}

async function ask(authorization, method, path, body) {
  const answer = await fetch(new URL(`/api${path}`, process.env.PARLEY_URL), {
    method,
    headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}
