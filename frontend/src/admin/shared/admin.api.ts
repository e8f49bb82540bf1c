import type {
  AccountInvite,
  AccountInviteInput,
  AdminGroup,
  AdminGroupQuery,
  AdminReport,
  AdminUser,
  AdminUserPage,
  AdminUserQuery,
  ArchiveList,
  AuditEntry,
  AuditQuery,
  Backup,
  BackupList,
  BackupToken,
  ConversationId,
  CreatedAccountInvite,
  MuteInput,
  Page,
  ReportChange,
  ReportContext,
  ReportQuery,
  ResetLink,
  RestoredArchive,
  Retention,
  RetentionCount,
  RetentionDryRunInput,
  RetentionRun,
  ServerSettingsInput,
  ServerStats,
  VersionedSettings,
  UserId,
  UserRole,
  UserRoleInput,
} from 'backend/contract'
import { get, post, remove, request } from '../../connection/http.client.ts'
import { postOnce } from '../../connection/repeatable.client.ts'
import { apiUrl } from '../../lib/serverOrigin.ts'

/** The REST API for admins, without broadcasts. Every function throws ApiProblem. */

export const listUsers = (query: AdminUserQuery) => get<AdminUserPage>('/admin/users', query)
/** Changes a role. The server ends all sessions of the user. */
export const setRole = (id: UserId, role: UserRole) =>
  request<AdminUser>({ url: userUrl(id), data: { role } satisfies UserRoleInput, method: 'patch' })
export const disableUser = (id: UserId) => post<AdminUser>(`${userUrl(id)}/disable`, {})
export const enableUser = (id: UserId) => post<AdminUser>(`${userUrl(id)}/enable`, {})
/** Mutes a user for some seconds or until a time, or ends the mute. */
export const muteUser = (id: UserId, input: MuteInput) => post<AdminUser>(`${userUrl(id)}/mute`, input)
export const endSessions = (id: UserId) => post<unknown>(`${userUrl(id)}/logout`, {})
export const makeResetLink = (id: UserId) => postOnce<ResetLink>(`${userUrl(id)}/reset-link`, {})
/** Deletes an account. Without a timeout: many messages take long to delete. */
export const deleteUser = (id: UserId, messages: boolean) =>
  request<unknown>({ url: userUrl(id), method: 'delete', params: { messages }, timeout: 0 })

/** Lists all groups, also those without the admin as a member. */
export const listGroups = (query: AdminGroupQuery) => get<Page<AdminGroup>>('/admin/groups', query)
/** Loads at most `LIMITS.groupIdsMax` groups; deleted groups are left out. */
export const groupsById = (ids: ConversationId[]) => listGroups({ ids: ids.join(',') })

export const listReports = (query: ReportQuery) => get<Page<AdminReport>>('/admin/reports', query)
export const changeReport = (id: string, change: ReportChange) =>
  request<AdminReport>({ url: `/admin/reports/${encodeURIComponent(id)}`, data: change, method: 'patch' })
/** Loads the messages around a reported one. The audit log records the request. */
export const reportContext = (id: string) => get<ReportContext>(`/admin/reports/${encodeURIComponent(id)}/context`)
export const deleteReportedMessage = (id: string) =>
  post<AdminReport>(`/admin/reports/${encodeURIComponent(id)}/delete-message`, {})

export const listAudit = (query: AuditQuery) => get<Page<AuditEntry>>('/admin/audit', query)

export const listInvites = (cursor?: string) => get<Page<AccountInvite>>('/admin/invites', { cursor })
export const createAccountInvite = (input: AccountInviteInput) =>
  postOnce<CreatedAccountInvite>('/admin/invites', input)
export const revokeAccountInvite = (id: string) => remove(`/admin/invites/${encodeURIComponent(id)}`)

export const getSettings = () => get<VersionedSettings>('/admin/settings')
export const changeSettings = (input: ServerSettingsInput) =>
  request<VersionedSettings>({ url: '/admin/settings', data: input, method: 'patch' })
export const getStats = () => get<ServerStats>('/admin/stats')

/** Counts the messages that rules would remove; without rules, by the saved rules. Counting may take long. */
export const countOldMessages = (retention?: Retention) =>
  request<RetentionCount>({
    url: '/admin/retention/dry-run',
    data: { retention } satisfies RetentionDryRunInput,
    method: 'post',
    timeout: 120_000,
  })
export const getRetentionRun = () => get<RetentionRun>('/admin/retention/run')
export const startRetentionRun = () => post<RetentionRun>('/admin/retention/run', {})
export const listArchives = () => get<ArchiveList>('/admin/archives')
export const restoreArchive = (name: string) =>
  request<RestoredArchive>({
    url: `/admin/archives/${encodeURIComponent(name)}/restore`,
    data: {},
    method: 'post',
    timeout: 0,
  })
export const deleteArchive = (name: string) => remove(`/admin/archives/${encodeURIComponent(name)}`)
export const listBackups = () => get<BackupList>('/admin/backups')
export const startBackup = () => post<Backup>('/admin/backups', {})
/** Returns a token for the download, against the admin's own password. */
export const unlockBackup = (name: string, password: string) =>
  post<BackupToken>(`/admin/backups/${encodeURIComponent(name)}/token`, { password })
export const deleteBackup = (name: string) => remove(`/admin/backups/${encodeURIComponent(name)}`)

export { startDownload } from '../../connection/download.client.ts'

/** These functions return addresses for `startDownload`. */
export const exportUrl = (id: UserId): string => apiUrl(`${userUrl(id)}/export`)
export const archiveUrl = (name: string): string => apiUrl(`/admin/archives/${encodeURIComponent(name)}`)
export const backupUrl = (name: string, token: string): string =>
  apiUrl(`/admin/backups/${encodeURIComponent(name)}?token=${encodeURIComponent(token)}`)
/** Returns the address of the audit log as CSV, with the filter of the list. */
export function auditCsvUrl({ q, action, actor }: Pick<AuditQuery, 'q' | 'action' | 'actor'>): string {
  const filter = new URLSearchParams(
    Object.entries({ q, action, actor }).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  )
  return apiUrl(filter.size === 0 ? '/admin/audit.csv' : `/admin/audit.csv?${filter.toString()}`)
}

const userUrl = (id: UserId): string => `/admin/users/${encodeURIComponent(id)}`
