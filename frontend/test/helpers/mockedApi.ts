import { vi } from 'vitest'
import type * as Api from '../../src/lib/api.ts'

/**
 * The one seam of page tests: every request is a mock, the rest of the module is itself.
 * `vi.mock(import('../../src/lib/api.ts'), async (original) => (await import('./mockedApi.ts')).mockedApi(original))`
 */
export async function mockedApi(original: () => Promise<typeof Api>): Promise<typeof Api> {
  return {
    ...(await original()),
    me: vi.fn<typeof Api.me>(),
    signup: vi.fn<typeof Api.signup>(),
    login: vi.fn<typeof Api.login>(),
    registration: vi.fn<typeof Api.registration>(),
    resetPassword: vi.fn<typeof Api.resetPassword>(),
    ownLedgerRows: vi.fn<typeof Api.ownLedgerRows>(),
    pendingBroadcasts: vi.fn<typeof Api.pendingBroadcasts>(),
    acknowledgeBroadcast: vi.fn<typeof Api.acknowledgeBroadcast>(),
    logout: vi.fn<typeof Api.logout>(),
    listChats: vi.fn<typeof Api.listChats>(),
    listUnreadChats: vi.fn<typeof Api.listUnreadChats>(),
    getChat: vi.fn<typeof Api.getChat>(),
    openChat: vi.fn<typeof Api.openChat>(),
    updateMe: vi.fn<typeof Api.updateMe>(),
    listChanges: vi.fn<typeof Api.listChanges>(),
    messageEdits: vi.fn<typeof Api.messageEdits>(),
    messageReceipts: vi.fn<typeof Api.messageReceipts>(),
    listMessages: vi.fn<typeof Api.listMessages>(),
    searchUsers: vi.fn<typeof Api.searchUsers>(),
    getUser: vi.fn<typeof Api.getUser>(),
    getUsers: vi.fn<typeof Api.getUsers>(),
    createGroup: vi.fn<typeof Api.createGroup>(),
    editGroup: vi.fn<typeof Api.editGroup>(),
    listMembers: vi.fn<typeof Api.listMembers>(),
    addMembers: vi.fn<typeof Api.addMembers>(),
    removeMember: vi.fn<typeof Api.removeMember>(),
    changeRole: vi.fn<typeof Api.changeRole>(),
    transferGroup: vi.fn<typeof Api.transferGroup>(),
    createInvite: vi.fn<typeof Api.createInvite>(),
    getInvite: vi.fn<typeof Api.getInvite>(),
    revokeInvite: vi.fn<typeof Api.revokeInvite>(),
    previewInvite: vi.fn<typeof Api.previewInvite>(),
    joinByInvite: vi.fn<typeof Api.joinByInvite>(),
    listContacts: vi.fn<typeof Api.listContacts>(),
    keepContact: vi.fn<typeof Api.keepContact>(),
    dropContact: vi.fn<typeof Api.dropContact>(),
    listBlocks: vi.fn<typeof Api.listBlocks>(),
    block: vi.fn<typeof Api.block>(),
    unblock: vi.fn<typeof Api.unblock>(),
    report: vi.fn<typeof Api.report>(),
    putPicture: vi.fn<typeof Api.putPicture>(),
    dropPicture: vi.fn<typeof Api.dropPicture>(),
  }
}
