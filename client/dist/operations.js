/**
 * What the operations of the API take and answer. `npm run openapi` makes this file from the OpenAPI
 * document.
 */
/** Where the operations are. */
export const OPERATIONS = {
    createProduct: { "method": "POST", "path": "/products", "query": [], "names": "id" },
    listProducts: { "method": "GET", "path": "/products", "query": ["limit", "cursor"] },
    getProduct: { "method": "GET", "path": "/products/{productId}", "query": [] },
    updateProduct: { "method": "PATCH", "path": "/products/{productId}", "query": [] },
    deleteProduct: { "method": "DELETE", "path": "/products/{productId}", "query": [] },
    adjustStock: { "method": "POST", "path": "/products/{productId}/adjustments", "query": [], "names": "referenceId" },
    countStock: { "method": "PUT", "path": "/products/{productId}/stock", "query": [], "names": "referenceId" },
    listProductMovements: { "method": "GET", "path": "/products/{productId}/movements", "query": ["limit", "cursor", "movementType"] },
    listProductOrders: { "method": "GET", "path": "/products/{productId}/orders", "query": ["limit", "cursor"] },
    callOffProduct: { "method": "POST", "path": "/products/{productId}/call-off", "query": [] },
    adjustProducts: { "method": "POST", "path": "/adjustments", "query": [] },
    placeOrder: { "method": "POST", "path": "/orders", "query": [], "names": "id" },
    listOrders: { "method": "GET", "path": "/orders", "query": ["limit", "cursor", "status", "from", "to"] },
    getOrder: { "method": "GET", "path": "/orders/{orderId}", "query": [] },
    amendOrder: { "method": "PATCH", "path": "/orders/{orderId}", "query": [] },
    deleteOrder: { "method": "DELETE", "path": "/orders/{orderId}", "query": [] },
    listOrderMovements: { "method": "GET", "path": "/orders/{orderId}/movements", "query": ["limit", "cursor", "movementType"] },
    confirmOrder: { "method": "POST", "path": "/orders/{orderId}/confirm", "query": [] },
    lockOrder: { "method": "POST", "path": "/orders/{orderId}/lock", "query": [] },
    unlockOrder: { "method": "POST", "path": "/orders/{orderId}/unlock", "query": [] },
    shipOrder: { "method": "POST", "path": "/orders/{orderId}/ship", "query": [] },
    deliverOrder: { "method": "POST", "path": "/orders/{orderId}/deliver", "query": [] },
    returnOrder: { "method": "POST", "path": "/orders/{orderId}/return", "query": [] },
    cancelOrder: { "method": "POST", "path": "/orders/{orderId}/cancel", "query": [] },
    reinstateOrder: { "method": "POST", "path": "/orders/{orderId}/reinstate", "query": [] },
    listMovements: { "method": "GET", "path": "/movements", "query": ["limit", "cursor", "movementType", "referenceId"] },
    createBatch: { "method": "POST", "path": "/cancellations", "query": [] },
    getBatch: { "method": "GET", "path": "/cancellations/{batchId}", "query": [] },
    getOpenapi: { "method": "GET", "path": "/openapi.json", "query": [] },
    getDocs: { "method": "GET", "path": "/docs", "query": [] },
    getHealth: { "method": "GET", "path": "/health", "query": [] },
};
