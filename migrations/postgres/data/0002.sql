INSERT INTO location (id, type, target, source, presence, rules, created_at, last_read_at, last_ok_at, last_error) VALUES
    ('l1', 'file', '/srv/catalog/*.yaml', 'config', 'required', NULL, 1, 2, 2, NULL),
    ('l2', 'url', 'https://example.org/größe.yaml?a=b''c', 'registered', 'optional', '[{"allow":["Component"]}]', 1, 3, NULL, 'not found');
INSERT INTO file (location_id, target, parent, hash, read_at, error, seen_epoch, watched) VALUES
    ('l1', '/srv/catalog/a.yaml', NULL, '0a', 2, NULL, 1, '{"/srv/catalog/openapi.json":1764000000000000}'),
    ('l1', '/srv/catalog/b.yaml', '/srv/catalog/a.yaml', NULL, 2, 'line 3: not YAML', 0, '{}');
INSERT INTO entity (uid, ref, location_id, file, position, hash, json, emitted, status, first_seen, changed_at) VALUES
    ('e1', 'component:default/payment-service', 'l1', '/srv/catalog/a.yaml', 0, '0b', '{"kind":"Component","metadata":{"name":"payment-service"}}',
     '[["component:default/payment-service","ownedBy","group:default/payments"]]', NULL, 1, 2),
    ('e2', 'user:default/zoë', 'gone', '/srv/catalog/gone.yaml', 17, '', '{}', '[]', '[{"level":"error"}]', 1, 1);
