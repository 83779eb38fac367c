UPDATE location SET read_every = 60000000, held = '{"lost":30,"of":100}', registered_by = 'user:default/zoë' WHERE id = 'l2';
UPDATE entity SET gone_at = 5 WHERE uid = 'e2';
INSERT INTO entity_conflict (ref, location_id, file, since, position, hash, json, emitted) VALUES
    ('component:default/payment-service', 'l2', 'https://example.org/größe.yaml', 3, 0, '0d', '{"kind":"Component"}', '');
INSERT INTO entity_overlay (ref, patch, etag, changed_by, changed_at) VALUES
    ('component:default/payment-service', '{"tags":["größe"]}', '0c', 'user:default/zoë', 4);
INSERT INTO entity_change (id, ref, at, action, actor, source, diff) VALUES
    ('c1', 'component:default/payment-service', 1, 'created', NULL, 'file:/srv/catalog/a.yaml', '[]'),
    ('c2', 'component:default/payment-service', 2, 'changed', 'user:default/zoë', 'portal', '[["metadata.title",null,"Größe"]]');
INSERT INTO source_host (host, requests, unchanged, failed, last_at, last_result, budget, remaining, resets_at, waits_until) VALUES
    ('example.org', 12, 10, 1, 4, '404 Not Found', 5000, 4988, 9, NULL);
