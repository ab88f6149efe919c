/**
 * What the fields and parameters of the API mean, by their names: one name means one thing. A field
 * that needs other words gets them from its schema, with `z.describe`.
 */
export const FIELDS: Readonly<Record<string, string>> = {
  // Names
  id: 'Its name: 1 to 64 letters, digits, dots or hyphens, but not only one dot or two.',
  orderId: 'The order.',
  productId: 'The product.',
  batchId: 'The batch of cancellations.',
  referenceId: 'The cause of a movement. A cause moves a product once.',
  name: 'What people call it.',

  // Orders and their lines
  status: 'Where it is: an order goes from pending to confirmed, shipped and delivered.',
  statusSince: 'When it came to this status.',
  quantity: 'Units.',
  reservedQuantity: 'Units that orders hold: on a line, those that the order still holds.',
  shippedQuantity: 'Units that have left the building.',
  cancelledQuantity: 'Units that were cancelled.',
  returnedQuantity: 'Units that came back after shipping.',
  version: 'Counts the writes of the order.',
  restock:
    'Whether the goods go back on the shelf. With false they leave the stock, because they are lost or damaged; a token then needs the scope countermand/stock, too.',
  expiresAt: 'When the order is cancelled by itself, unless it is confirmed before.',
  cancelledAt: 'When it was cancelled.',
  cancellationReason: 'Why it was cancelled.',
  cancellationNote: 'What was noted when it was cancelled.',
  cancelledBy: 'Who cancelled it, as the authorizer names them.',
  cancelledByStated: 'Who cancelled it, as the caller states.',
  releaseAt: 'When the grace ends, and the units of the cancelled order go back on the shelf.',
  by: 'Whom the authorizer names.',
  byStated: 'Whom the caller states.',
  since: 'Since when.',
  lock: 'Who has it in hand, so that it cannot be cancelled.',
  metadata: 'What the shop wants to keep with it.',
  createdAt: 'When it was made.',
  updatedAt: 'When it was written last.',

  // Products and movements
  stockQuantity: 'Units on hand: those in the building.',
  availableQuantity: 'Units that a new order may still take: on hand minus reserved.',
  expectedStockQuantity: 'What the stock is thought to be. If it is not, nothing is changed.',
  closed: 'Whether new orders can no longer take units of it.',
  adjustments: 'Adjustments and counts. Each is done on its own.',
  actor: 'Who moved the stock, as the authorizer names them.',
  actorStated: 'Who moved the stock, as the caller states.',
  entry: 'The movement’s type and product: with the reference, its name in the ledger.',
  movementType:
    'reservation: an order holds units. restoration: it gives them back. adjustment: they come or go.',
  stockDelta: 'By how much the units on hand changed.',
  reservedDelta: 'By how much the reserved units changed.',
  reason: 'Why it is done.',
  note: 'Words for people, kept as they are.',

  // Cancellations
  graceSeconds:
    'How long the units stay held after the cancellation, so that it can be taken back.',
  onlyIf: 'Cancels only what nobody has confirmed.',
  dryRun: 'Answers what would happen, and changes nothing.',
  scope: 'What is cancelled: the lines of the product, or the whole orders that have one.',
  upTo: 'Cancels only so many units, of the newest orders first, and does not close the product.',
  outcome: 'What became of the call.',
  order: 'The order as it is now.',
  restored: 'The units that went back on the shelf.',
  orderIds: 'The orders to cancel.',
  results: 'What became of each of them.',
  complete: 'Whether all orders are listed that the call-off would cancel.',
  transactions: 'How many transactions of DynamoDB it would take.',
  writeUnits: 'How many write units of DynamoDB it would take, without those of the indexes.',
  accepted: 'How many different orders were put on the queue.',
  total: 'Orders of the batch.',
  cancelled: 'Orders that are cancelled.',
  pending: 'Orders that still wait for their turn.',
  rejected: 'Orders that could not be cancelled, and why.',

  // Lists
  limit: 'The most items of a page. A page may have fewer, even none.',
  cursor: 'Where to go on: `nextCursor` of the page before.',
  nextCursor: 'The cursor of the next page. Without it, the list has ended.',

  // Problems
  code: 'What went wrong, for programs.',
  errors: 'What is wrong with each field, up to 50 of them.',
  path: 'Where the field is, as in `items[0].quantity`.',
  message: 'What is wrong, for people.',
  shortages: 'Every product that has too little.',
  requested: 'Units that were asked for.',
  available: 'Units that there are.',
};
