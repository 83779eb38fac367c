INSERT INTO audit (seq, at, actor, via, action, resource, decision, detail, hash) VALUES (1, 1, 'user:default/zoë', 'session:s1', 'entity:create', 'component:default/größe', 'allow', '{"a":"it''s"}', 'h');
INSERT INTO audit_checkpoint (seq, hash, removed, created_at, mac) VALUES (0, '', 0, 1, 'm');
