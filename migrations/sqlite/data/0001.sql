UPDATE feed_head SET seq = 3, tail = 1 WHERE id = 1;
INSERT INTO feed (seq, at, topic, key) VALUES
    (2, 1764000000000000, 'entity', '["8c6b3e3e-7a0f-4a52-9a3b-0f1c6b1f9d11","00000000-0000-0000-0000-000000000000"]'),
    (3, 1764000000000001, 'location', '');
INSERT INTO job (id, queue, name, key, payload, priority, state, run_at, attempts, max_attempts, epoch, owner, locked_until, progress, last_error, created_at, updated_at) VALUES
    ('j1', 'catalog', 'refresh', 'location/1', '{"location":"ä"}', 0, 'queued', 1764000000000000, 0, 5, 0, NULL, NULL, NULL, NULL, 1, 1),
    ('j2', 'catalog', 'refresh', 'location/1', '{}', 10, 'running', 1764000000000000, 2, 5, 2, 'worker', 1764000030000000, '{"part":1}', 'not now', 1, 2),
    ('j3', 'catalog', 'sweep', NULL, 'null', -1, 'dead', 0, 5, 5, 7, NULL, NULL, NULL, 'no luck', 1, 3),
    ('j4', 'catalog', 'sweep', NULL, 'null', -1, 'done', 0, 1, 5, 1, 'worker', NULL, NULL, NULL, 1, 4),
    ('j5', 'catalog', 'refresh', 'location/1', '{}', 0, 'superseded', 0, 1, 5, 1, NULL, NULL, NULL, 'x', 1, 5);
INSERT INTO lease (name, holder, epoch, expires_at) VALUES ('location/1', 'process', 4, 1764000030000000), ('location/2', '', 9, 0);
INSERT INTO setting (key, value) VALUES ('demo', 'yes'), ('empty', '');
