INSERT INTO notification (id, origin, topic, severity, title, body, link, scope, created_by, created_at, updated_at) VALUES ('n1', 'plugin:größe', '', 'normal', 'it''s', '', '/', 's', 'service:ci', 1, NULL);
INSERT INTO notification_recipient (notification, person, created_at) VALUES ('n1', '*', 1), ('n1', 'user:default/zoë', 1);
INSERT INTO notification_state (notification, person, read_at, saved_at) VALUES ('n1', 'user:default/zoë', NULL, 2);
INSERT INTO notification_setting (person, channel, origin, topic, enabled) VALUES ('user:default/zoë', 'email', 'plugin:größe', '', 0);
INSERT INTO notification_quiet (person, from_minute, to_minute, timezone) VALUES ('user:default/zoë', 1320, 420, 'Europe/Zürich');
INSERT INTO notification_delivery (id, notification, channel, target, state, attempts, last_error, created_at, changed_at, not_before) VALUES ('d1', 'n1', 'email', 'zoë@example.com', 'failed', 3, 'it''s away', 1, 2, 3);
