/** What a shop notes about an order or a product for its own programs. Nothing here reads it. */
export type Metadata = Readonly<Record<string, string>>;
