import { z } from 'zod'
import type { RegistrationInfo } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { linkTokenHash } from '../lib/auth/linkTokens.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import type { SettingService } from '../settings/index.ts'
import { isSetupCode } from './setupCode.service.ts'
import { isActiveAdmin } from './user.repository.ts'

/** The proofs that a sign-up carries besides the fields of the account. */
export interface SignupCodes {
  invite: string | undefined
  setupCode: string | undefined
}

export interface SignupPolicy {
  /**
   * Uses up an invitation where the settings require one. The returned function runs the signup and gives the
   * invitation back when the signup fails.
   * @throws AppError `signup_closed`
   */
  admit(email: string, codes: SignupCodes): Promise<<T>(signup: () => Promise<T>) => Promise<T>>
  /** Returns the signup settings that a client without an account may see. @throws AppError `invalid_input` */
  info(input: unknown): Promise<RegistrationInfo>
}

const infoSchema = z.strictObject({
  invite: z
    .string({ error: fieldCode('must_be_invite_token') })
    .max(100, fieldCode('must_be_invite_token'))
    .optional(),
})

/** A refusal names no more domains than a person reads. */
const DOMAINS_NAMED = 5

/**
 * Creates the policy that decides which visitors may sign up. The first account of the server is always allowed,
 * because it becomes the admin. Then it needs the setup code, where there is one.
 * @param expectedCode see setupCode.service.ts
 */
export function createSignupPolicy(
  { User, AccountInvite }: Pick<Models, 'User' | 'AccountInvite'>,
  settings: Pick<SettingService, 'get'>,
  expectedCode: string | null,
): SignupPolicy {
  return {
    async admit(email, { invite, setupCode }) {
      const { mode, domains } = settings.get('registration')
      const isFree = mode === 'open' || (mode === 'domain' && domains.includes(email.slice(email.lastIndexOf('@') + 1)))
      if ((await User.exists({})) === null) {
        if (expectedCode !== null && !isSetupCode(expectedCode, setupCode ?? ''))
          throw new AppError('setup_code_not_valid')
        return (signup) => signup()
      }
      if (isFree) return (signup) => signup()
      const used =
        invite === undefined || !(await isUsable(invite))
          ? null
          : await AccountInvite.findOneAndUpdate(usable(invite), { $inc: { uses: 1, usesLeft: -1 } }).lean()
      if (!used) throw closed(mode === 'domain' ? domains : [])
      return async (signup) => {
        try {
          return await signup()
        } catch (error) {
          await AccountInvite.updateOne({ _id: used._id }, { $inc: { uses: -1, usesLeft: 1 } })
          throw error
        }
      }
    },

    async info(input) {
      const { invite } = validate(infoSchema, input)
      const { mode, domains } = settings.get('registration')
      const isFirst = (await User.exists({})) === null
      return {
        mode,
        domains: mode === 'domain' ? domains : [],
        isInviteValid: invite === undefined ? null : await isUsable(invite),
        firstAccount: isFirst ? (expectedCode === null ? 'nothing' : 'setupCode') : null,
      }
    },
  }

  /** An invitation dies with the role of the admin who made it. */
  async function isUsable(token: string): Promise<boolean> {
    const invite = await AccountInvite.findOne(usable(token), { createdBy: 1 }).lean()
    return invite !== null && isActiveAdmin({ User }, invite.createdBy)
  }
}

function usable(token: string) {
  return {
    tokenHash: linkTokenHash(token),
    usesLeft: { $gt: 0 },
    $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date() } }],
  }
}

function closed(domains: string[]): AppError {
  return domains.length === 0
    ? new AppError('signup_needs_invite')
    : new AppError('signup_needs_invite_or_domain', { domains: domains.slice(0, DOMAINS_NAMED) })
}
