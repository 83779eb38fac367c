INSERT INTO saved_view (id, person, name, query, shared, created_at) VALUES
    ('v1', 'user:default/zoë', 'Größe', 'kind=component&q=%27', 1, 4);
