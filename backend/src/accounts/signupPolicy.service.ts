import type { Types } from 'mongoose'
import { z } from 'zod'
import type { RegistrationInfo } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import type { AccountInviteRecord } from '../models/accountInvite.model.ts'
import type { Models } from '../models/index.ts'
import type { SettingService } from '../settings/index.ts'
import type { AccountInviteRepository } from './accountInvite.repository.ts'
import { isSetupCode } from './setupCode.service.ts'
import { isActiveAdmin } from './user.repository.ts'

/** The proofs that a sign-up carries besides the fields of the account. */
export interface SignupCodes {
  invite: string | undefined
  setupCode: string | undefined
}

/**
 * Stores the account of an admitted visitor, and uses up the invitation where the settings require one.
 * @param userId the id of the new account
 */
export type Admission = <T>(createAccount: (userId: Types.ObjectId) => Promise<T>) => Promise<T>

export interface SignupPolicy {
  /**
   * Decides whether a visitor may sign up. Nothing is used up before the admission is called, so that the slow work of a
   * signup can come before.
   * @param userId the id of the new account
   * @throws AppError `signup_closed`, also when the admission is called
   */
  admit(email: string, codes: SignupCodes, userId: Types.ObjectId): Promise<Admission>
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
  { User }: Pick<Models, 'User'>,
  invites: AccountInviteRepository,
  settings: Pick<SettingService, 'get'>,
  expectedCode: string | null,
): SignupPolicy {
  return {
    async admit(email, { invite, setupCode }, userId) {
      const { mode, domains } = settings.get('registration')
      const isFree = mode === 'open' || (mode === 'domain' && domains.includes(email.slice(email.lastIndexOf('@') + 1)))
      if ((await User.exists({})) === null) {
        if (expectedCode !== null && !isSetupCode(expectedCode, setupCode ?? ''))
          throw new AppError('setup_code_not_valid')
        return (createAccount) => createAccount(userId)
      }
      if (isFree) return (createAccount) => createAccount(userId)
      const found = invite === undefined ? null : await usableInvite(invite, userId)
      const refused = () => closed(mode === 'domain' ? domains : [])
      if (!found) throw refused()
      return async (createAccount) => {
        const held = await invites.hold(found._id, userId)
        if (!held) throw refused()
        try {
          return await createAccount(userId)
        } finally {
          await invites.settle(found._id, held)
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
        isInviteValid: invite === undefined ? null : (await usableInvite(invite)) !== null,
        firstAccount: isFirst ? (expectedCode === null ? 'nothing' : 'setupCode') : null,
      }
    },
  }

  /** An invitation dies with the role of the admin who made it. */
  async function usableInvite(token: string, userId?: Types.ObjectId): Promise<AccountInviteRecord | null> {
    const invite = await invites.findUsable(token, userId)
    return invite && (await isActiveAdmin({ User }, invite.createdBy)) ? invite : null
  }
}

function closed(domains: string[]): AppError {
  return domains.length === 0
    ? new AppError('signup_needs_invite')
    : new AppError('signup_needs_invite_or_domain', { domains: domains.slice(0, DOMAINS_NAMED) })
}
