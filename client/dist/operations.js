/**
 * What the operations of the API take and answer. `npm run openapi` makes this file from the OpenAPI
 * document.
 */
/** Where the operations are. */
export const OPERATIONS = {
    createProduct: { "method": "POST", "path": "/products", "query": [], "names": "id" },
    listProducts: { "method": "GET", "path": "/products", "query": ["limit", "cursor"] },
    getProduct: { "method": "GET", "path": "/products/{productId}", "query": [] },
    deleteProduct: { "method": "DELETE", "path": "/products/{productId}", "query": [] },
    adjustStock: { "method": "POST", "path": "/products/{productId}/adjustments", "query": [], "names": "referenceId" },
    listProductMovements: { "method": "GET", "path": "/products/{productId}/movements", "query": ["limit", "cursor", "movementType"] },
    placeOrder: { "method": "POST", "path": "/orders", "query": [], "names": "id" },
    listOrders: { "method": "GET", "path": "/orders", "query": ["limit", "cursor", "status"] },
    getOrder: { "method": "GET", "path": "/orders/{orderId}", "query": [] },
    deleteOrder: { "method": "DELETE", "path": "/orders/{orderId}", "query": [] },
    listOrderMovements: { "method": "GET", "path": "/orders/{orderId}/movements", "query": ["limit", "cursor", "movementType"] },
    confirmOrder: { "method": "POST", "path": "/orders/{orderId}/confirm", "query": [] },
    shipOrder: { "method": "POST", "path": "/orders/{orderId}/ship", "query": [] },
    deliverOrder: { "method": "POST", "path": "/orders/{orderId}/deliver", "query": [] },
    cancelOrder: { "method": "POST", "path": "/orders/{orderId}/cancel", "query": [] },
    listMovements: { "method": "GET", "path": "/movements", "query": ["limit", "cursor", "movementType", "referenceId"] },
    createBatch: { "method": "POST", "path": "/cancellations", "query": [] },
    getBatch: { "method": "GET", "path": "/cancellations/{batchId}", "query": [] },
    getOpenapi: { "method": "GET", "path": "/openapi.json", "query": [] },
    getDocs: { "method": "GET", "path": "/docs", "query": [] },
    getHealth: { "method": "GET", "path": "/health", "query": [] },
};
