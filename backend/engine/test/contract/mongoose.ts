import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CurrentConnection } from '../contract.suite.ts'

const { Schema, Types } = mongoose

export function mongooseContract(current: CurrentConnection): void {
  describe('Mongoose models', () => {
    const messageSchema = new Schema(
      {
        room: { type: Schema.Types.ObjectId, required: true },
        seq: { type: Number, required: true },
        text: { type: String, default: '' },
        readBy: { type: [Schema.Types.ObjectId], default: undefined },
        secret: { type: String, select: false },
      },
      { timestamps: true },
    )
    messageSchema.index({ room: 1, seq: 1 }, { unique: true })
    const makeModel = async () => {
      const model = current().model('Message', messageSchema)
      await model.init()
      return model
    }
    const room = new Types.ObjectId()

    it('are created, saved, changed and removed, with timestamps', async () => {
      const Message = await makeModel()
      const message = await Message.create({ room, seq: 1, text: 'hello', secret: 'x' })
      expect(message.createdAt).toBeInstanceOf(Date)
      message.text = 'changed'
      await message.save()
      const found = await Message.findById(message._id)
      expect(found).toMatchObject({ text: 'changed' })
      expect(found?.secret).toBeUndefined()
      expect(found?.updatedAt.getTime()).toBeGreaterThanOrEqual(message.createdAt.getTime())
      await found?.deleteOne()
      expect(await Message.countDocuments()).toBe(0)
    })

    it('return plain objects with the right classes when lean', async () => {
      const Message = await makeModel()
      await Message.create({ room, seq: 1, readBy: [room] })
      const found = await Message.findOne({ room }).lean()
      expect(found?.room).toBeInstanceOf(Types.ObjectId)
      expect(found?.readBy?.[0]?.equals(room)).toBe(true)
    })

    it('insertMany reports the documents that a unique index accepted', async () => {
      const Message = await makeModel()
      await Message.create({ room, seq: 3 })
      const attempt = Message.insertMany([1, 2, 3, 4].map((seq) => ({ room, seq })))
      await expect(attempt).rejects.toMatchObject({
        code: 11000,
        writeErrors: [{ index: 2 }],
        insertedDocs: [{ seq: 1 }, { seq: 2 }],
      })
      expect(await Message.find({ room }).sort({ seq: 1 }).distinct('seq')).toEqual([1, 2, 3])
    })

    it('save many documents with bulkSave', async () => {
      const Message = await makeModel()
      const messages = [1, 2].map((seq) => new Message({ room, seq }))
      await Message.bulkSave(messages)
      for (const message of messages) message.text = 'again'
      await Message.bulkSave(messages)
      expect(await Message.countDocuments({ text: 'again' })).toBe(2)
    })

    it('support exists, conditions, updates and upserts', async () => {
      const Message = await makeModel()
      await Message.insertMany([1, 2, 3].map((seq) => ({ room, seq })))
      expect(await Message.exists({ room, seq: 2 })).toMatchObject({ _id: expect.any(Types.ObjectId) as unknown })
      expect(await Message.exists({ room, seq: 9 })).toBeNull()
      expect(
        await Message.findOneAndUpdate({ room, seq: { $lt: 2 } }, { text: 'first' }, { returnDocument: 'after' }),
      ).toMatchObject({ text: 'first' })
      expect(await Message.updateMany({ room }, { $set: { text: 'all' } })).toMatchObject({ modifiedCount: 3 })
      await Message.findOneAndUpdate({ room, seq: 4 }, { text: 'new' }, { upsert: true })
      expect(await Message.countDocuments({ room })).toBe(4)
    })

    it('stream with a cursor', async () => {
      const Message = await makeModel()
      await Message.insertMany(Array.from({ length: 250 }, (_, n) => ({ room, seq: n })))
      let seq = 0
      for await (const message of Message.find({ room }).sort({ seq: 1 }).cursor({ batchSize: 60 }))
        expect(message.seq).toBe(seq++)
      expect(seq).toBe(250)
    })

    it('populate references', async () => {
      const Owner = current().model('Owner', new Schema({ name: String }))
      const Pet = current().model(
        'Pet',
        new Schema({ name: String, owner: { type: Schema.Types.ObjectId, ref: 'Owner' } }),
      )
      const owner = await Owner.create({ name: 'Ada' })
      await Pet.create({ name: 'Rex', owner: owner._id })
      const pet = await Pet.findOne().populate<{ owner: { name: string } }>('owner')
      expect(pet?.owner.name).toBe('Ada')
    })

    it('synchronize the indexes of the database with their schema', async () => {
      const Message = await makeModel()
      await Message.collection.createIndex({ text: 1 })
      expect(await Message.syncIndexes()).toEqual(['text_1'])
      expect((await Message.listIndexes()).map(({ name }) => name)).toEqual(['_id_', 'room_1_seq_1'])
      const Fresh = current().model(
        'Fresh',
        new Schema({ a: { type: String, unique: true } }, { autoIndex: false, autoCreate: false }),
      )
      await Fresh.syncIndexes()
      expect((await Fresh.listIndexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1'])
    })

    it('count, group and sort with the aggregation of a model', async () => {
      const Message = await makeModel()
      await Message.insertMany([1, 2, 3].map((seq) => ({ room, seq })))
      expect(
        await Message.aggregate([{ $match: { room } }, { $group: { _id: '$room', last: { $max: '$seq' } } }]),
      ).toEqual([{ _id: room, last: 3 }])
    })

    it('pull subdocuments that match one of several conditions', async () => {
      const List = current().model('List', new Schema({ items: [{ name: String, n: Number }] }))
      const { _id } = await List.create({
        items: [
          { name: 'a', n: 1 },
          { name: 'b', n: 2 },
          { name: 'c', n: 3 },
        ],
      })
      await List.updateOne({ _id }, { $pull: { items: { $or: [{ name: 'a' }, { n: { $gt: 2 } }] } } })
      expect((await List.findById(_id).lean())?.items).toMatchObject([{ name: 'b', n: 2 }])
    })

    it('find a reference in the DBRefs of an array', async () => {
      const Chat = current().collection<{ _id: number; members: unknown[] }>('chats')
      const [ada, bob] = [new Types.ObjectId(), new Types.ObjectId()]
      const [toAda, toBob] = [ada, bob].map((id) => ({ $ref: 'users', $id: id }))
      await Chat.insertMany([
        { _id: 1, members: [toAda, toBob] },
        { _id: 2, members: [toBob] },
      ])
      const found = Chat.find({ members: { $elemMatch: { $ref: 'users', $id: ada } } } as object)
      expect((await found.toArray()).map(({ _id }) => _id)).toEqual([1])
    })

    it('find UUIDs and buffers by their bits, the lowest in the first byte', async () => {
      const Key = current().model('Key', new Schema({ key: Schema.Types.UUID, bytes: Buffer }))
      await Key.create({ key: new Types.UUID(`ff${'0'.repeat(30)}`), bytes: Buffer.from([0, 0b10]) })
      const count = (filter: object) => Key.countDocuments(filter)
      expect(await count({ key: { $bitsAllSet: [0, 4] } })).toBe(1)
      expect(await count({ key: { $bitsAllSet: 2 ** 15 } })).toBe(0)
      expect(await count({ key: { $bitsAnyClear: [0, 8] } })).toBe(1)
      expect(await count({ bytes: { $bitsAllSet: [9] } })).toBe(1)
      expect(await count({ bytes: { $bitsAllClear: [8, 1000] } })).toBe(1)
      expect(await count({ bytes: { $bitsAllSet: Buffer.from([0, 0b11]) } })).toBe(0)
    })
  })
}
