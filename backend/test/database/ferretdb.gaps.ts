import type { Gap } from './helpers/gaps.ts'

/** What FerretDB 1.24.2 on SQLite (test/ferretdb) does otherwise than MongoDB, as `.ci/run` finds it. */
export const FERRETDB_GAPS: readonly Gap[] = [
  {
    reason: 'read and write are two steps: of several at once some fail or overwrite each other, others are still at it in the next case',
    leftOut: true,
    cases: [
      'updating > many upserts at once make one document',
      'updating > of many who take a number by condition, each gets another',
    ],
  },
  {
    reason: 'Decimal128 and NaN end the connection',
    cases: [
      'inserting, counting, deleting > keeps every digit of a Decimal128',
      'filters > a Decimal128 is a number among numbers, without an index',
      'filters > NaN is a number that equals itself and is in no range, without an index',
      'filters > a Decimal128 is a number among numbers, with indexes',
      'filters > NaN is a number that equals itself and is in no range, with indexes',
      'updating > calculates with Decimal128 exactly',
    ],
  },
  {
    reason: 'arrays in arrays cannot be stored',
    cases: [
      'inserting, counting, deleting > keeps arrays in arrays',
    ],
  },
  {
    reason: 'a duplicate key does not say which index or value it is',
    cases: [
      'inserting, counting, deleting > refuses a second document with an _id that is there, and says which',
      'many writes in one call > a document refused by its second unique index leaves nothing behind',
      'indexes > a unique index over several fields refuses the combination only',
      'indexes > a unique index cannot be made over duplicates',
    ],
  },
  {
    reason: 'positional updates and array filters are not there',
    cases: [
      'updating > positional: $ is the element that the filter matched',
      'updating > positional: $ through an object in an array',
      'updating > positional: $ after $elemMatch',
      'updating > positional: $ after $elemMatch of a value',
      'updating > positional: $ after $in',
      'updating > positional: $ with two fields of one element',
      'updating > positional: $ is the outer place where arrays are nested',
      'updating > positional: $unset of $ leaves a null',
      'updating > positional: $ in another array of the same order',
      'updating > positional: $[] is every element',
      'updating > positional: $[] in objects and nested',
      'updating > positional: $[] of nothing',
      'updating > positional: $[id] with a filter',
      'updating > positional: $[id] of values',
      'updating > positional: $[id] with two conditions and $or',
      'updating > positional: $[id] within $[id]',
      'updating > positional: $[id] within $',
      'updating > positional: two identifiers of one array',
      'updating > positional: $push, $pull, $addToSet and $pop below $[]',
      'updating > positional: $min, $max and $unset below $[id]',
      'updating > positional: refuses $ without an array in the filter and changes nothing',
      'updating > positional: refuses $ twice and changes nothing',
      'updating > positional: refuses $[] of a number and changes nothing',
      'updating > positional: refuses $[id] without its filter and changes nothing',
      'updating > positional: refuses an array filter that is not used and changes nothing',
      'updating > positional: refuses two array filters of one name and changes nothing',
      'updating > positional: refuses an array filter with two names and changes nothing',
      'updating > positional: refuses an array filter with a name in capitals and changes nothing',
      'updating > positional: refuses an element set twice and changes nothing',
      'updating > positional: refuses all elements and one by its place and changes nothing',
      'updating > positional: refuses $rename of an element and changes nothing',
      'updating > positional: each document of updateMany by its own element',
      'updating > positional: findOneAndUpdate and upserts know them too',
      'many writes in one call > bulkWrite takes positional updates, each with array filters of its own',
    ],
  },
  {
    reason: 'findAndModify knows no projection',
    cases: [
      'updating > findOneAndUpdate gives the document before or after, chosen by a sort',
      'Mongoose models > answer exists, conditions, updates and upserts',
    ],
  },
  {
    reason: 'most stages, accumulators and operators of aggregation are not there, nor is $expr',
    cases: [
      'filters > $expr, without an index',
      'filters > $expr, where a missing field comes before every value, without an index',
      'filters > $expr, with indexes',
      'filters > $expr, where a missing field comes before every value, with indexes',
      'aggregation > $group',
      'aggregation > $group of everything',
      'aggregation > $project',
      'aggregation > $set and $unset',
      'aggregation > $facet',
      'aggregation > $replaceRoot',
      'aggregation > $sortByCount',
      'aggregation > $bucket',
      'aggregation > a condition',
      'aggregation > $lookup joins another collection by a field',
      'Mongoose models > count, group and sort through the aggregation of a model',
    ],
  },
  {
    reason: 'projections with $slice and $elemMatch are not there',
    cases: [
      'finding > shows a slice, or the first matching element, of an array',
    ],
  },
  {
    reason: '$mod and $bitsAllSet do not look into arrays',
    cases: [
      'filters > $mod, without an index',
      'filters > $bitsAllSet, without an index',
      'filters > $mod, with indexes',
      'filters > $bitsAllSet, with indexes',
    ],
  },
  {
    reason: '$elemMatch takes no fields',
    cases: [
      'filters > $elemMatch on objects, without an index',
      'filters > $elemMatch on objects, with indexes',
    ],
  },
  {
    reason: '$unset of an element removes it',
    cases: [
      'updating > $unset of an element leaves its place',
    ],
  },
  {
    reason: '$push knows $each only',
    cases: [
      'updating > $push with $position',
      'updating > $push with $sort and $slice',
      'updating > $push with $sort by a field',
      'updating > $push with a negative $slice',
    ],
  },
  {
    reason: '$pull takes values only, no conditions',
    cases: [
      'updating > $pull by a condition',
      'updating > $pull of objects that match',
    ],
  },
  {
    reason: 'updates by a pipeline are not there',
    cases: [
      'updating > a pipeline',
    ],
  },
  {
    reason: 'a field of an _id can be changed',
    cases: [
      'updating > refuses to change a part of an _id',
    ],
  },
  {
    reason: 'an upsert ignores the equalities within $and',
    cases: [
      'updating > an upsert takes the equalities of the filter, then the update and $setOnInsert',
    ],
  },
  {
    reason: 'the place of an upsert within a list is answered wrong',
    cases: [
      'many writes in one call > bulkWrite does every kind of write, in order',
    ],
  },
  {
    reason: 'indexes are not sparse, partial or multikey, and may be made again with other options',
    cases: [
      'indexes > are named after their key, listed with their options, and dropped',
      'indexes > do not change their options in place',
      'indexes > a unique index over an array refuses a shared element, not a repeated one',
      'indexes > a partial unique index counts its own documents only',
      'indexes > refuse two arrays in one document',
    ],
  },
  {
    reason: 'there are no transactions',
    cases: [
      'transactions > are kept whole when they are committed, and seen by nobody else before',
      'transactions > leave nothing when they are aborted, or when their session ends',
      'transactions > see what they have written, in every kind of read',
      'transactions > take bulkWrite and insertMany as a part of them',
      'transactions > are ended by an error: later commands find no transaction, and all of it may be tried again',
      'transactions > an error in a list of writes undoes the list as well, ordered or not',
      'transactions > follow one another in one session, each for itself; an empty one is nothing',
      'transactions > what cannot be asked of a session is refused as the driver does',
      'transactions > collections and indexes made in one go when it is aborted; dropping is refused',
      'transactions > a unique index counts what the transaction has taken and given back',
      'transactions > a cursor of a transaction ends with it',
      'transactions > withTransaction commits, tells the result, and tries again what is transient',
      'transactions through Mongoose > take a session in every call of a model',
      'transactions through Mongoose > make documents new again when the transaction is aborted',
      'transactions through Mongoose > know their session by themselves with transactionAsyncLocalStorage',
    ],
  },
]
